import { CompiledQuery, type Transaction } from 'kysely'
import { PgBoss, type QueueOptions } from 'pg-boss'
import { connections } from './connections.ts'
import { type ExtraJob, extraQueue, maxExtraTries } from './extras.ts'
import type { Database } from './schema.ts'
import { lastPriority, priorityOf } from './turns.ts'

export const transcodeQueue = 'transcode'
const sweepQueue = 'sweep'

/** Versioned, so that an old worker can tell a job it does not understand. */
export type TranscodeJob = { version: 2 } & (VideoJob | PartJob | SmallerJob)

/** Reads a source, decides what to make of it, and makes what can be watched first. */
interface VideoJob {
  kind: 'video'
  videoId: string
}

/** `part`: one part of an attempt. `finish`: joins all of them and publishes. */
interface PartJob {
  kind: 'part' | 'finish'
  videoId: string
  attempt: number
  part: number
}

/** Makes smaller renditions of what is published, while nothing else waits. */
interface SmallerJob {
  kind: 'smaller'
  videoId: string
}

export interface TakenTranscode {
  id: string
  data: TranscodeJob
  /** Aborted when the claim was lost or the queue stops. */
  signal: AbortSignal
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
  /** All in one statement; the lowest turns are given out first, and those without a turn before all others. */
  queueParts(transaction: Transaction<Database>, parts: (PartJob & { turn: number | null })[]): Promise<void>
  /** Given out last of all. */
  queueSmaller(videoId: string): Promise<void>
  queueSweep(prefix: string, afterSeconds: number): Promise<void>
  queueSweepIn(transaction: Transaction<Database>, prefix: string, afterSeconds: number): Promise<void>
  /** A job that is answered with `not_now` stays in the queue, as if it had not been taken, and comes again a little later. */
  workTranscode(handle: (job: TakenTranscode) => Promise<unknown>): Promise<void>
  workSweep(handle: (job: SweepJob) => Promise<void>): Promise<void>
  /** Within the transaction where one is given, else at once. */
  queueExtra(transaction: Transaction<Database> | undefined, job: ExtraJob): Promise<void>
  /** Rejecting gives the job another try, unless it was the last. */
  workExtra(handle: (job: TakenExtra) => Promise<void>): Promise<void>
  /** Hands a job back that a dead worker holds; it is tried again at once if it has tries left. */
  handBack(jobId: string): Promise<void>
  close(): Promise<void>
}

/** Counted by the rows of a video and its parts when they are claimed, so that what kills its worker ends as well. */
export const maxAttempts = 3

/** Handed on to the pool as they are. A connection whose other end is gone without a word must not hold the queue for ever. */
const patience = { connectionTimeoutMillis: 5_000, query_timeout: 15_000, keepAlive: true }

export async function openJobs(databaseUrl: string, onError: (error: unknown) => void): Promise<Jobs> {
  const boss = new PgBoss({ connectionString: databaseUrl, max: connections.queue, useListenNotify: true, ...patience })
  boss.on('error', onError)
  await boss.start()
  await ensureQueue(boss, transcodeQueue, {
    notify: true,
    // Our own rows count what is spent; stops and outages cost nothing there, and must not be the queue's last word either.
    retryLimit: 30,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: 20,
    expireInSeconds: 24 * 60 * 60,
    heartbeatSeconds: 20,
  })
  await letRun(boss, transcodeQueue)
  // What is to be deleted is deleted however long the storage is away.
  await ensureQueue(boss, sweepQueue, { retryLimit: 1_000, retryDelay: 1, retryBackoff: true, retryDelayMax: 300 })
  await ensureQueue(boss, extraQueue, {
    notify: true,
    retryLimit: maxExtraTries - 1,
    retryDelay: 5,
    retryBackoff: true,
    expireInSeconds: 4 * 60 * 60,
    heartbeatSeconds: 20,
  })

  return {
    async queueTranscode(transaction, videoId) {
      const job: TranscodeJob = { version: 2, kind: 'video', videoId }
      await boss.send(transcodeQueue, job, { priority: priorityOf(null), db: inTransaction(transaction) })
    },
    async queueParts(transaction, parts) {
      const inserts = parts.map(({ turn, ...part }) => ({
        data: { version: 2, ...part } satisfies TranscodeJob,
        priority: priorityOf(turn),
      }))
      await boss.insert(transcodeQueue, inserts, { db: inTransaction(transaction) })
    },
    async queueSmaller(videoId) {
      const job: TranscodeJob = { version: 2, kind: 'smaller', videoId }
      await boss.send(transcodeQueue, job, { priority: lastPriority, retryLimit: maxAttempts - 1 })
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
      const worker = await boss.work<TranscodeJob | FormerJob>(transcodeQueue, options, async ([job]) => {
        try {
          const data = readJob(job!.data)
          const answer = data && (await handle({ id: job!.id, data, signal: job!.signal }))
          if (!data) await leave(boss, job!.id, 60)
          else if (answer === 'not_now') await leave(boss, job!.id, notNowSeconds)
        } finally {
          // The next job is asked for at once: it may have been queued while this one was being worked on.
          boss.notifyWorker(worker)
        }
      })
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

/** As videos were queued before they were made in parts. */
interface FormerJob {
  version: 1
  videoId: string
}

/** Null where the job was written by a later version of this program. */
function readJob(data: TranscodeJob | FormerJob): TranscodeJob | null {
  if (data.version === 1) return { version: 2, kind: 'video', videoId: data.videoId }
  return data.version === 2 && ['video', 'part', 'finish', 'smaller'].includes(data.kind) ? data : null
}

// Often enough that idle hours are used, seldom enough that asking costs nothing.
const notNowSeconds = 20

/** Puts a job back as if it had not been taken, for a worker that understands it or a better moment. */
async function leave(boss: PgBoss, jobId: string, seconds: number): Promise<void> {
  await boss.getDb().executeSql(
    `UPDATE pgboss.job
     SET state = 'created', started_on = NULL, heartbeat_on = NULL, start_after = now() + make_interval(secs => $3)
     WHERE name = $1 AND id = $2 AND state = 'active'`,
    [transcodeQueue, jobId, seconds],
  )
}

/** A queue that a former version made is given what this one wants. */
async function ensureQueue(boss: PgBoss, name: string, options: QueueOptions & { notify?: boolean }): Promise<void> {
  await boss.createQueue(name, options)
  await boss.updateQueue(name, options)
}

// Longer than ffmpeg may take for the longest video: MAX_DURATION_S × MAX_SECONDS_PER_SECOND are ten days by default.
const longestRunSeconds = 14 * 24 * 60 * 60

/**
 * A film that can't be cut is one part, which may take days on a small machine. Whether its worker lives is told by the
 * heartbeat; how long ffmpeg may run, by its own clock. The queue's clock, which the library lets nobody set to more than a
 * day, must not be what ends it.
 */
async function letRun(boss: PgBoss, name: string): Promise<void> {
  await boss
    .getDb()
    .executeSql('UPDATE pgboss.queue SET expire_seconds = $2 WHERE name = $1', [name, longestRunSeconds])
}

function inTransaction(transaction: Transaction<Database>) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const { rows } = await transaction.executeQuery(CompiledQuery.raw(text, values))
      return { rows: rows as Record<string, unknown>[] }
    },
  }
}
