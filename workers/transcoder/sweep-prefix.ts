import { sql } from 'kysely'
import { attemptOfKey, attemptPrefix } from '#catalog/attempt-prefix.ts'
import { type Attempt, openStatuses } from '#catalog/attempts.ts'
import { isCaptionObject } from '#catalog/captions.ts'
import type { SweepJob } from '#catalog/jobs.ts'
import { forgetParts } from '#catalog/parts.ts'
import { isSmallerNeeded } from '#catalog/smaller.ts'
import { sweepAttemptAfterSeconds } from '#catalog/sweep-times.ts'
import type { Context } from './context.ts'
import { deleteUnpublished, deleteUnpublishedOf } from './delete-unpublished.ts'
import { endForGood } from './end-growth.ts'
import { type Sweepable, sweepableOf } from './prefixes.ts'

type SweepContext = Pick<Context, 'catalog' | 'storage' | 'logger'>

/** Deletes what the rows no longer need. The rows are asked now, not when the job was queued: they may have changed since. */
export async function sweepPrefix(context: SweepContext, { prefix }: SweepJob): Promise<void> {
  const found = sweepableOf(prefix)
  const attempt = attemptOfKey(prefix)
  if (attempt && prefix === attemptPrefix(attempt)) return sweepAttempt(context, attempt)
  if (found?.kind === 'part') return deleteUnpublished(context, found.videoId, [prefix])
  if (found && !(await isNeeded(context, found))) return context.storage.deletePrefix(prefix)
  context.logger.warn({ prefix }, 'asked to sweep what is in use or none of ours; left alone')
}

/**
 * All that an attempt made, but for what is shown. What was shown while it grew, and whose work is over, gets its end.
 * A film that waits long for its turn is left alone, and looked at again later.
 */
async function sweepAttempt(context: SweepContext, attempt: Attempt): Promise<void> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select(['current_attempt', 'status'])
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  const isOpen = video && openStatuses.includes(video.status)
  if (isOpen && video.current_attempt === attempt.number)
    return context.catalog.jobs.queueSweep(attemptPrefix(attempt), sweepAttemptAfterSeconds)
  if (video && !isOpen) await endForGood(context, attempt.videoId)
  await forgetParts(context.catalog.database, attempt)
  await deleteUnpublishedOf(context, attempt)
}

async function isNeeded({ catalog }: SweepContext, found: Exclude<Sweepable, { kind: 'part' }>): Promise<boolean> {
  if (found.kind === 'captions') return isCaptionObject(catalog.database, found.key)
  if (found.kind === 'smaller') return isSmallerNeeded(catalog.database, found.videoId, found.beside)
  const videos = catalog.database.selectFrom('video').select('id')
  const naming =
    found.kind === 'video'
      ? videos.where('id', '=', found.videoId)
      : videos.where(({ eb, or }) =>
          or([eb('source_key', '=', found.key), eb(sql`former->>'sourceKey'`, '=', found.key)]),
        )
  return (await naming.executeTakeFirst()) !== undefined
}
