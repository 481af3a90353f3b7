import type { Transaction } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { ensureQueue, inTransaction, leave, newerSeconds } from './queue.ts'
import type { Database } from './schema.ts'

const sweepQueue = 'sweep'

/** Deletes a storage prefix that nobody needs any more. */
export interface SweepJob {
  version: 1
  prefix: string
}

export interface SweepQueue {
  queueSweep(prefix: string, afterSeconds: number): Promise<void>
  queueSweepIn(transaction: Transaction<Database>, prefix: string, afterSeconds: number): Promise<void>
  workSweep(handle: (job: SweepJob) => Promise<void>): Promise<void>
}

export async function openSweepQueue(boss: PgBoss): Promise<SweepQueue> {
  // What is to be deleted is deleted however long the storage is away.
  await ensureQueue(boss, sweepQueue, { retryLimit: 1_000, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 })

  return {
    async queueSweep(prefix, afterSeconds) {
      await boss.send(sweepQueue, { version: 1, prefix } satisfies SweepJob, { startAfter: afterSeconds })
    },
    async queueSweepIn(transaction, prefix, afterSeconds) {
      const job: SweepJob = { version: 1, prefix }
      await boss.send(sweepQueue, job, { startAfter: afterSeconds, db: inTransaction(transaction) })
    },
    async workSweep(handle) {
      // Whoever deletes a video expects its bytes to be gone in a moment.
      await boss.work<SweepJob>(sweepQueue, { pollingIntervalSeconds: 2 }, async ([job]) =>
        // What a newer program wants deleted may be more, or less, than we would.
        job!.data.version === 1 ? handle(job!.data) : leave(boss, sweepQueue, job!.id, newerSeconds),
      )
    },
  }
}
