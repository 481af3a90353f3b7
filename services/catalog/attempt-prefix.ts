import type { Transaction } from 'kysely'
import type { Attempt } from './attempts.ts'
import type { Jobs } from './jobs.ts'
import type { Database } from './schema.ts'
import { stragglerSeconds } from './sweep-times.ts'

/** Every attempt has a prefix of its own, so that a worker which was presumed dead writes where nobody looks. */
export function attemptPrefix({ videoId, number }: Attempt): string {
  return `videos/${videoId}/a${number}`
}

/** The attempt that made what is stored under a key or prefix; null where it was none. */
export function attemptOfKey(key: string): Attempt | null {
  const [, videoId, number] = /^videos\/([a-z0-9]+)\/a(\d+)(?:\/|$)/.exec(key) ?? []
  return videoId ? { videoId, number: Number(number) } : null
}

/** Whether what is published is the first version of a video, which something sharper takes the place of later. */
export function isFirstVersion(publishedPrefix: string): boolean {
  return attemptOfKey(publishedPrefix) !== null && /\/(remux|first)$/.test(publishedPrefix)
}

/** Queues the deletion of what an attempt made that is nobody's from this transaction on. What viewers are shown stays. */
export async function sweepAttempt(
  transaction: Transaction<Database>,
  jobs: Pick<Jobs, 'queueSweepIn'>,
  attempt: Attempt,
): Promise<void> {
  for (const afterSeconds of [0, stragglerSeconds])
    await jobs.queueSweepIn(transaction, attemptPrefix(attempt), afterSeconds)
}
