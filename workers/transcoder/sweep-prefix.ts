import { sql } from 'kysely'
import { type Attempt, openStatuses } from '#catalog/attempts.ts'
import { isCaptionObject } from '#catalog/captions.ts'
import type { SweepJob } from '#catalog/jobs.ts'
import type { Context } from './context.ts'
import { deleteUnpublished } from './delete-unpublished.ts'
import { endForGood } from './end-growth.ts'
import { prefixesOf, type Sweepable, sweepableOf } from './prefixes.ts'

/** Players that began with an older version may still be at it; nobody watches for longer than this without a reload. */
export const sweepAfterSeconds = 12 * 60 * 60

/** No attempt takes longer, so what is still there and not shown by then was left by a worker that never came back. */
export const sweepAttemptAfterSeconds = 48 * 60 * 60

type SweepContext = Pick<Context, 'catalog' | 'storage' | 'logger'>

/** Deletes what the rows no longer need. The rows are asked now, not when the job was queued: they may have changed since. */
export async function sweepPrefix(context: SweepContext, { prefix }: SweepJob): Promise<void> {
  const found = sweepableOf(prefix)
  const number = /\/a(\d+)$/.exec(prefix)?.[1]
  if (found?.kind === 'part' && number) return sweepAttempt(context, { videoId: found.videoId, number: Number(number) })
  if (found?.kind === 'part') return deleteUnpublished(context, found.videoId, [prefix])
  if (found && !(await isNeeded(context, found))) return context.storage.deletePrefix(prefix)
  context.logger.warn({ prefix }, 'asked to sweep what is in use or none of ours; left alone')
}

/**
 * All that an attempt made, but for what is shown. What was shown while it grew, and whose work is over, gets its end.
 * A film that waits long for its turn is left alone.
 */
async function sweepAttempt(context: SweepContext, attempt: Attempt): Promise<void> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select(['current_attempt', 'status'])
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  const isOpen = video && openStatuses.includes(video.status)
  if (isOpen && video.current_attempt === attempt.number) return
  if (video && !isOpen) await endForGood(context, attempt.videoId)
  await deleteUnpublished(context, attempt.videoId, prefixesOf(attempt))
}

async function isNeeded({ catalog }: SweepContext, found: Exclude<Sweepable, { kind: 'part' }>): Promise<boolean> {
  if (found.kind === 'captions') return isCaptionObject(catalog.database, found.key)
  const videos = catalog.database.selectFrom('video').select('id')
  const naming =
    found.kind === 'video'
      ? videos.where('id', '=', found.videoId)
      : videos.where(({ eb, or }) =>
          or([eb('source_key', '=', found.key), eb(sql`former->>'sourceKey'`, '=', found.key)]),
        )
  return (await naming.executeTakeFirst()) !== undefined
}
