import { CompiledQuery, type Transaction } from 'kysely'
import { type Job, PgBoss } from 'pg-boss'
import { type ExtraJob, extraQueue, maxExtraTries } from './extras.ts'
import type { Database } from './schema.ts'

export const transcodeQueue = 'transcode'
const sweepQueue = 'sweep'

/** Versioned, so that an old worker can tell a job it does not understand. */
export interface TranscodeJob {
  version: 1
  videoId: string
}

/** Deletes a storage prefix that nobody needs any more. */
export interface SweepJob {
  version: 1
  prefix: string
}

/** An extra in somebody's hands; the signal is aborted when it was given to another, or the queue stops. */
export interface TakenExtra {
  id: string
  data: ExtraJob
  signal: AbortSignal
  isLastTry: boolean
}

export interface Jobs {
  /** Stored together with what the transaction writes, or not at all. */
  queueTranscode(transaction: Transaction<Database>, videoId: string): Promise<void>
  queueSweep(prefix: string, afterSeconds: number): Promise<void>
  queueSweepIn(transaction: Transaction<Database>, prefix: string, afterSeconds: number): Promise<void>
  workTranscode(handle: (job: Job<TranscodeJob>) => Promise<void>): Promise<void>
  workSweep(handle: (job: SweepJob) => Promise<void>): Promise<void>
  /** Within the transaction where one is given, else at once. */
  queueExtra(transaction: Transaction<Database> | undefined, job: ExtraJob): Promise<void>
  /** Rejecting gives the job another try, unless it was the last. */
  workExtra(handle: (job: TakenExtra) => Promise<void>): Promise<void>
  /** Hands a job back that a dead worker holds; it is tried again at once if it has tries left. */
  handBack(jobId: string): Promise<void>
  close(): Promise<void>
}

/** One try more than the retries: claims are counted by the video too, so that a job that kills its worker ends as well. */
export const maxAttempts = 3

export async function openJobs(databaseUrl: string, onError: (error: unknown) => void): Promise<Jobs> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: 3, useListenNotify: true })
  boss.on('error', onError)
  await boss.start()
  await boss.createQueue(transcodeQueue, {
    notify: true,
    retryLimit: maxAttempts - 1,
    retryDelay: 1,
    retryBackoff: true,
    // A film may take hours; whether its worker lives is told by the heartbeat, not by this.
    expireInSeconds: 12 * 60 * 60,
    heartbeatSeconds: 20,
  })
  await boss.createQueue(sweepQueue, { retryLimit: 5, retryBackoff: true })
  await boss.createQueue(extraQueue, {
    notify: true,
    retryLimit: maxExtraTries - 1,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 4 * 60 * 60,
    heartbeatSeconds: 20,
  })

  return {
    async queueTranscode(transaction, videoId) {
      const job: TranscodeJob = { version: 1, videoId }
      await boss.send(transcodeQueue, job, { db: inTransaction(transaction) })
    },
    async queueSweep(prefix, afterSeconds) {
      await boss.send(sweepQueue, { version: 1, prefix } satisfies SweepJob, { startAfter: afterSeconds })
    },
    async queueSweepIn(transaction, prefix, afterSeconds) {
      const job: SweepJob = { version: 1, prefix }
      await boss.send(sweepQueue, job, { startAfter: afterSeconds, db: inTransaction(transaction) })
    },
    async workTranscode(handle) {
      const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 }
      await boss.work<TranscodeJob>(transcodeQueue, options, async ([job]) => handle(job!))
    },
    async workSweep(handle) {
      // Whoever deletes a video expects its bytes to be gone in a moment.
      await boss.work<SweepJob>(sweepQueue, { pollingIntervalSeconds: 2 }, async ([job]) => handle(job!.data))
    },
    async queueExtra(transaction, job) {
      // Somebody looks at the page and waits for the poster; nobody waits for a storyboard.
      const priority = job.kind === 'poster' ? 1 : 0
      await boss.send(extraQueue, job, { priority, ...(transaction && { db: inTransaction(transaction) }) })
    },
    async workExtra(handle) {
      const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 }
      await boss.work<ExtraJob>(extraQueue, options, async ([job]) =>
        handle({ ...job!, isLastTry: job!.retryCount >= maxExtraTries - 1 }),
      )
    },
    async handBack(jobId) {
      await boss.fail(transcodeQueue, jobId, { reason: 'the worker that held it is gone' })
    },
    async close() {
      await boss.stop({ graceful: true, timeout: 5_000 })
    },
  }
}

function inTransaction(transaction: Transaction<Database>) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const { rows } = await transaction.executeQuery(CompiledQuery.raw(text, values))
      return { rows: rows as Record<string, unknown>[] }
    },
  }
}
