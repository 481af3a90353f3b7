import type { Transaction } from 'kysely'
import type { PgBoss } from 'pg-boss'
import { ensureQueue, inTransaction, leave, newerSeconds, transcodeQueue } from './queue.ts'
import type { Database } from './schema.ts'
import { lastPriority, priorityOf } from './turns.ts'
import { nextVideoPriority } from './video-turns.ts'

/** Counted by the rows of a video and its parts when they are claimed, so that what kills its worker ends as well. */
export const maxAttempts = 3

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

export interface TranscodeQueue {
  /** Stored together with what the transaction writes, or not at all; before all parts, owner by owner. */
  queueTranscode(transaction: Transaction<Database>, videoId: string): Promise<void>
  /** All in one statement; the lowest turns are given out first, and those without a turn before all others. */
  queueParts(transaction: Transaction<Database>, parts: (PartJob & { turn: number | null })[]): Promise<void>
  /** Given out last of all. */
  queueSmaller(videoId: string): Promise<void>
  /** A job that is answered with `not_now` stays in the queue, as if it had not been taken, and comes again a little later. */
  workTranscode(handle: (job: TakenTranscode) => Promise<unknown>): Promise<void>
  /** Hands a job back that a dead worker holds; it is tried again at once if it has tries left. */
  handBack(jobId: string): Promise<void>
}

export async function openTranscodeQueue(boss: PgBoss): Promise<TranscodeQueue> {
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

  return {
    async queueTranscode(transaction, videoId) {
      const job: TranscodeJob = { version: 2, kind: 'video', videoId }
      const priority = await nextVideoPriority(transaction, videoId)
      await boss.send(transcodeQueue, job, { priority, db: inTransaction(transaction) })
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
    async workTranscode(handle) {
      const options = { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 2 }
      const worker = await boss.work<TranscodeJob | FormerJob>(transcodeQueue, options, async ([job]) => {
        try {
          const data = readJob(job!.data)
          const answer = data && (await handle({ id: job!.id, data, signal: job!.signal }))
          if (!data) await leave(boss, transcodeQueue, job!.id, newerSeconds)
          else if (answer === 'not_now') await leave(boss, transcodeQueue, job!.id, notNowSeconds)
        } finally {
          // The next job is asked for at once: it may have been queued while this one was being worked on.
          boss.notifyWorker(worker)
        }
      })
    },
    async handBack(jobId) {
      await boss.fail(transcodeQueue, jobId, { reason: 'the worker that held it is gone' })
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

// Longer than ffmpeg may take for the longest video: MAX_DURATION_S × MAX_SECONDS_PER_SECOND are ten days by default.
export const longestRunSeconds = 14 * 24 * 60 * 60

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
