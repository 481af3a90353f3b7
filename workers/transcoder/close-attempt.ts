import { type Attempt, finishAttempt } from '#catalog/attempts.ts'
import { forgetParts } from '#catalog/parts.ts'
import type { Context } from './context.ts'
import { endSuperseded } from './end-superseded.ts'
import { attemptParts } from './prefixes.ts'
import { clearShelf } from './source-shelf.ts'

/** What is to be done once an attempt is published whole. Safe to repeat. */
export async function closeAttempt(context: Context, attempt: Attempt): Promise<void> {
  const { database } = context.catalog
  await endSuperseded(context, attempt.videoId)
  await finishAttempt(database, attempt, 'ready')
  // Last, because the rows tell that there is something to be done.
  await forgetParts(database, attempt)
  await clearShelf(context)
}

/** The same where the worker that published was lost before it came to that. */
export async function closePublished(context: Context, attempt: Attempt): Promise<void> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select('id')
    .where('id', '=', attempt.videoId)
    .where('published_prefix', '=', attemptParts(attempt).ladder)
    .where('status', '=', 'ready')
    .executeTakeFirst()
  if (video) await closeAttempt(context, attempt)
}
