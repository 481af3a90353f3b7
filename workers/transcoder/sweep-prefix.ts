import { isCaptionObject } from '#catalog/captions.ts'
import type { SweepJob } from '#catalog/jobs.ts'
import type { Context } from './context.ts'
import { deleteUnpublished } from './delete-unpublished.ts'
import { type Sweepable, sweepableOf } from './prefixes.ts'

/** Players that began with an older version may still be at it; nobody watches for longer than this without a reload. */
export const sweepAfterSeconds = 12 * 60 * 60

/** No attempt takes longer, so what is still there and not shown by then was left by a worker that never came back. */
export const sweepAttemptAfterSeconds = 48 * 60 * 60

type SweepContext = Pick<Context, 'catalog' | 'storage' | 'logger'>

/** Deletes what the rows no longer need. The rows are asked now, not when the job was queued: they may have changed since. */
export async function sweepPrefix(context: SweepContext, { prefix }: SweepJob): Promise<void> {
  const found = sweepableOf(prefix)
  if (found?.kind === 'part') return deleteUnpublished(context, found.videoId, [prefix])
  if (found && !(await isNeeded(context, found))) return context.storage.deletePrefix(prefix)
  context.logger.warn({ prefix }, 'asked to sweep what is in use or none of ours; left alone')
}

async function isNeeded({ catalog }: SweepContext, found: Exclude<Sweepable, { kind: 'part' }>): Promise<boolean> {
  if (found.kind === 'captions') return isCaptionObject(catalog.database, found.key)
  const videos = catalog.database.selectFrom('video').select('id')
  const naming =
    found.kind === 'video' ? videos.where('id', '=', found.videoId) : videos.where('source_key', '=', found.key)
  return (await naming.executeTakeFirst()) !== undefined
}
