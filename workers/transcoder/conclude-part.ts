import { type Attempt, isSpent, openStatuses } from '#catalog/attempts.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import type { PartRow } from '#catalog/part-tables.ts'
import { type PartClaim, releasePart } from '#catalog/parts.ts'
import { restartAttempt } from '#catalog/restart-attempt.ts'
import type { Context } from './context.ts'
import { deleteOwnTry } from './delete-own-try.ts'
import { endForGood } from './end-growth.ts'
import { findAway } from './find-away.ts'
import { giveUpFirst } from './give-up-first.ts'
import { OutputFault } from './media/hls/verify-output.ts'
import { OthersWait } from './others-wait.ts'
import { cleanUp, failForGood, outcomeOf } from './outcome.ts'
import { patiently } from './patiently.ts'
import { stepAside } from './step-aside.ts'
import { tellWaiting } from './tell-waiting.ts'

/** Ends a part that did not succeed; throws the error again where another try may. */
export async function concludePart(
  context: Context,
  { claim, row }: { claim: PartClaim; row: Pick<PartRow, 'kind' | 'tries_spent'> },
  error: unknown,
): Promise<void> {
  if (error instanceof OthersWait) return stepAside(context, claim, row.tries_spent)
  const { catalog, logger, stopping } = context
  const { database } = catalog
  const attempt = attemptOf(claim)
  const away = stopping.aborted ? null : await findAway(context, error)
  if (stopping.aborted || away) {
    await patiently(stopping, () => releasePart(database, claim, { isFree: true }))
    if (away) await tellWaiting(context, attempt, away)
    throw error
  }
  await patiently(stopping, async () => {
    // What is wrong with the whole is not mended by joining it again.
    const isFaulty = error instanceof OutputFault && row.kind === 'finish'
    const hasNoTryLeft = async () => (isFaulty ? isSpent(database, claim.videoId) : row.tries_spent >= maxAttempts)
    const outcome = await outcomeOf(context, attempt, error, hasNoTryLeft)
    logger[outcome === 'again' || outcome === 'transcode_failed' ? 'error' : 'info'](
      { err: error, ...claim, kind: row.kind, outcome },
      'a part failed',
    )
    if (outcome === 'stale') return cleanUpStale(context, claim)
    if (outcome !== 'again') {
      // Without a first version people wait longer; that is all.
      if (row.kind === 'first' && outcome === 'transcode_failed') return giveUpFirst(context, claim)
      return failForGood(context, attempt, outcome, error)
    }
    if (isFaulty) return startAnew(context, attempt)
    await releasePart(database, claim, { isFree: false })
    throw new TryAgain(error)
  }).catch((thrown) => {
    throw thrown instanceof TryAgain ? thrown.cause : thrown
  })
}

/** Carries an error past the patience for outages of our own stores. */
class TryAgain extends Error {
  constructor(cause: unknown) {
    super('another try', { cause })
  }
}

/** A part that another worker has by now is left to it; an attempt that nobody has is cleared away. */
async function cleanUpStale(context: Context, claim: PartClaim): Promise<void> {
  const attempt = attemptOf(claim)
  const video = await context.catalog.database
    .selectFrom('video')
    .select(['current_attempt', 'status'])
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  if (video?.current_attempt === attempt.number) return deleteOwnTry(context, claim)
  if (video && !openStatuses.includes(video.status)) await endForGood(context, attempt.videoId)
  await cleanUp(context, attempt)
}

async function startAnew(context: Context, attempt: Attempt): Promise<void> {
  await restartAttempt(context.catalog, attempt)
  await cleanUp(context, attempt)
}

export function attemptOf({ videoId, attempt }: { videoId: string; attempt: number }): Attempt {
  return { videoId, number: attempt }
}
