import type { Transaction } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { type ExtraJob, extraQueue, isKnownExtra, maxExtraTries } from './extras.ts'
import { ensureQueue, inTransaction, leave, newerSeconds } from './queue.ts'
import type { Database } from './schema.ts'

/** An extra in somebody's hands; the signal is aborted when it was given to another, or the queue stops. */
export interface TakenExtra {
  id: string
  data: ExtraJob
  signal: AbortSignal
  isLastTry: boolean
  /** All tries were taken, the last one by the end of its worker: nothing is left but to say so. */
  isSpent: boolean
}

export interface ExtraQueue {
  /** Within the transaction where one is given, else at once. */
  queueExtra(transaction: Transaction<Database> | undefined, job: ExtraJob): Promise<void>
  /** Rejecting gives the job another try, unless it was the last; `not_now` puts it back for a while, and costs none. */
  workExtra(handle: (job: TakenExtra) => Promise<unknown>): Promise<void>
}

export async function openExtraQueue(boss: PgBoss): Promise<ExtraQueue> {
  await ensureQueue(boss, extraQueue, {
    notify: true,
    // Once more than there are tries, for who tells that the last one took its worker along.
    retryLimit: maxExtraTries,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 4 * 60 * 60,
    heartbeatSeconds: 20,
  })

  return {
    async queueExtra(transaction, job) {
      // Somebody looks at the page and waits for the poster; nobody waits for a storyboard.
      const priority = job.kind === 'poster' ? 1 : 0
      await boss.send(extraQueue, job, { priority, ...(transaction && { db: inTransaction(transaction) }) })
    },
    async workExtra(handle) {
      const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 }
      await boss.work<ExtraJob>(extraQueue, options, async ([job]) => {
        if (!isKnownExtra(job!.data)) return leave(boss, extraQueue, job!.id, newerSeconds)
        const { retryCount } = job!
        const answer = await handle({
          ...job!,
          isLastTry: retryCount >= maxExtraTries - 1,
          isSpent: retryCount >= maxExtraTries,
        })
        if (answer === 'not_now') await leave(boss, extraQueue, job!.id, notNowSeconds)
      })
    },
  }
}

// Full disks and lost stores are mended by people, in minutes at best.
const notNowSeconds = 2 * 60
