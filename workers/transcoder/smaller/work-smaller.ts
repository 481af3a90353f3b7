import { isTranscodeBusy } from '#catalog/is-transcode-busy.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import { claimSmaller, releaseSmaller, type SmallerClaim } from '#catalog/smaller.ts'
import type { Context } from '../context.ts'
import { findAway } from '../find-away.ts'
import { StaleAttempt } from '../stale-attempt.ts'
import { openWorkspace, type Workspace } from '../workspace.ts'
import { leaveSmaller } from './leave-smaller.ts'
import { type Held, makeSmaller } from './make-smaller.ts'
import { readKept } from './smaller-state.ts'
import { whileIdle } from './while-idle.ts'

interface SmallerJob {
  videoId: string
  signal: AbortSignal
}

/**
 * Makes AV1 of what is published, step by step, for as long as nothing else is to be made. Resolves with `not_now` where
 * it should go on later; rejects where something went wrong and another try may help.
 */
export async function workSmaller(context: Context, job: SmallerJob): Promise<'not_now' | 'done'> {
  const { database } = context.catalog
  // Others may have been told to do it.
  if (!context.config.makeSmaller || (await isTranscodeBusy(database))) return 'not_now'
  const taken = await claimSmaller(database, job.videoId)
  if (taken.kind === 'gone') return 'done'
  const { claim } = taken
  if (taken.kind === 'spent') return giveUp(context, claim, readKept(taken))
  const held = { state: readKept(taken), triesSpent: taken.triesSpent }
  const idle = whileIdle(context)
  const signal = AbortSignal.any([context.stopping, job.signal, idle.signal])
  let workspace: Workspace | undefined
  try {
    workspace = await openWorkspace(context.config.workFolder, `${claim.videoId}-smaller`)
    await makeSmaller({ context, claim, video: taken.video, workspace, signal }, held)
    return 'done'
  } catch (error) {
    const isTold = idle.signal.aborted || context.stopping.aborted || (await findAway(context, error)) !== null
    return await conclude(context, claim, held, { error, isTold })
  } finally {
    idle.end()
    await workspace?.remove()
  }
}

async function giveUp(context: Context, claim: SmallerClaim, state: Held['state']): Promise<'done'> {
  await leaveSmaller(context, claim, state, 'failed')
  return 'done'
}

async function conclude(
  context: Context,
  claim: SmallerClaim,
  { state, triesSpent }: Held,
  { error, isTold }: { error: unknown; isTold: boolean },
): Promise<'not_now' | 'done'> {
  const { catalog, logger, storage } = context
  if (isTold) {
    await releaseSmaller(catalog.database, claim)
    return 'not_now'
  }
  if (error instanceof StaleAttempt) {
    // Of a video that is gone nothing may stay; of one that was replaced all of it is swept with what was published.
    const video = await catalog.database
      .selectFrom('video')
      .select('id')
      .where('id', '=', claim.videoId)
      .executeTakeFirst()
    if (!video) await storage.deletePrefix(claim.prefix)
    return 'done'
  }
  const isLast = triesSpent >= maxAttempts
  logger.warn({ err: error, ...claim, isLast }, 'smaller renditions could not be made')
  if (!isLast) throw error
  return giveUp(context, claim, state)
}
