import { type Attempt, finishAttempt, isCurrent, isOpen } from '#catalog/attempts.ts'
import { failVideo } from '#catalog/fail-video.ts'
import { forgetParts } from '#catalog/parts.ts'
import { AppError, type ErrorCode, errors } from '#contract/errors.ts'
import type { Context } from './context.ts'
import { deleteUnpublishedOf } from './delete-unpublished.ts'
import { endForGood } from './end-growth.ts'
import { endSuperseded } from './end-superseded.ts'
import { isShortOfThreads } from './media/run/ffmpeg-failure.ts'
import { clearShelf } from './source-shelf.ts'
import { StaleAttempt } from './stale-attempt.ts'

/** How work ended that did not succeed: a verdict on the file, somebody else's by now, or worth another try. */
export type Outcome = ErrorCode | 'stale' | 'again'

/** Codes that tell the owner what is wrong with the file; another attempt would end the same. */
const verdicts = new Set<string>([
  'not_a_video',
  'no_video',
  'truncated',
  'no_frames',
  'encrypted',
  'codec_unsupported',
  'dimensions',
  'too_many_tracks',
  'too_long',
  'resource_limit',
  'output_limit',
] satisfies ErrorCode[])

/** `isSpent` is asked only where another try would make sense. */
export async function outcomeOf(
  context: Context,
  attempt: Attempt,
  error: unknown,
  isSpent: () => Promise<boolean>,
): Promise<Outcome> {
  if (error instanceof StaleAttempt) return 'stale'
  // A video that is deleted takes its objects away from under the work, which is noticed in many ways; and what a worker
  // that slept says of a file is nothing that its successor should hear.
  if (!(await isCurrent(context.catalog.database, attempt))) return 'stale'
  if (error instanceof AppError && verdicts.has(error.code)) return error.code
  if (!(await isSpent())) return 'again'
  return isShortOfThreads(error) ? 'resource_limit' : 'transcode_failed'
}

/** The end of the work on a video: its row says why, other workers notice, and what nobody is shown is deleted. */
export async function failForGood(context: Context, attempt: Attempt, code: ErrorCode, error?: unknown): Promise<void> {
  const { database } = context.catalog
  const message = error instanceof AppError && error.code === code ? error.message : errors[code].message
  // Another attempt has the video by now, or has made it whole: what this one left is all that is cleared away.
  if (!(await isOpen(database, attempt))) return cleanUp(context, attempt)
  await endForGood(context, attempt.videoId)
  const refused = await replacedBy(context, attempt)
  await failVideo(database, attempt, { code, message })
  if (refused) {
    await context.catalog.jobs.queueSweep(refused, 0)
    await goOnWithFormer(context, attempt.videoId)
  }
  await endSuperseded(context, attempt.videoId)
  await forgetParts(database, attempt)
  await cleanUp(context, attempt)
  await finishAttempt(database, attempt, code)
}

/** The source that was to replace another one, which is shown again once it failed; null where there was nothing before. */
async function replacedBy({ catalog }: Context, { videoId, number }: Attempt): Promise<string | null> {
  const video = await catalog.database
    .selectFrom('video')
    .select('source_key')
    .where('id', '=', videoId)
    .where('current_attempt', '=', number)
    .where('former', 'is not', null)
    .executeTakeFirst()
  return video?.source_key ?? null
}

/** The file that is shown again may not have been whole when it was replaced. */
async function goOnWithFormer({ catalog }: Context, videoId: string): Promise<void> {
  await catalog.database.transaction().execute(async (transaction) => {
    const open = await transaction
      .selectFrom('video')
      .select('id')
      .where('id', '=', videoId)
      .where('status', '=', 'playable')
      .where('former', 'is', null)
      .executeTakeFirst()
    if (open) await catalog.jobs.queueTranscode(transaction, videoId)
  })
}

/** Deletes what an attempt made that is nobody's any more. What viewers are shown stays. */
export async function cleanUp(context: Context, attempt: Attempt): Promise<void> {
  await clearShelf(context)
  await deleteUnpublishedOf(context, attempt)
}
