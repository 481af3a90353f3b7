import { stat } from 'node:fs/promises'
import type { Attempt } from '#catalog/attempts.ts'
import { AppError } from '#contract/errors.ts'
import { failpoint } from './failpoint.ts'
import { sourceName } from './media/run/source-name.ts'
import { measureDuration } from './media/source/duration.ts'
import { findEnd } from './media/source/find-end.ts'
import { affordableRate } from './media/source/frame-rate.ts'
import { judgeProbe } from './media/source/judge-probe.ts'
import { probe } from './media/source/probe.ts'
import { patiently } from './patiently.ts'
import { takeSource } from './source-shelf.ts'
import { isWaiting, tellWaiting } from './tell-waiting.ts'
import { type ReadWork, runOn, type Work } from './work.ts'

/** Fetches the source and judges it. Throws the AppError that tells the owner why it can't become a video. */
export async function readSource(work: Work): Promise<ReadWork> {
  const { context } = work
  const tellReading = () => work.progress.tell({ stage: 'reading', percent: 0, speed: 0, secondsLeft: null })
  if (!isWaiting(work.video.progress)) tellReading()
  await fetchSource(work)
  tellReading()
  const judged = judgeProbe(await probe(context.toolbox, runOn(work, 0)))
  const source = { ...judged, endS: await findEnd(context.toolbox, runOn(work, 0), judged) }
  const { maxDurationS } = context.config.limits
  const durationS = await measureDuration(context.toolbox, runOn(work, 0), source, maxDurationS)
  if (durationS !== null && durationS > maxDurationS) throw new AppError('too_long')
  const frameRate = affordableRate(source.video.frameRate, Number(work.video.source_bytes), durationS)
  const picture = { ...source.video, frameRate }
  return { ...work, source: { ...source, video: picture, claimedDurationS: durationS }, durationS }
}

/** Puts the source into the workspace. */
export async function fetchSource(
  work: Pick<Work, 'context' | 'video' | 'workspace' | 'signal'> & { attempt?: Attempt },
): Promise<void> {
  const { attempt, context, video, workspace } = work
  const path = workspace.path(sourceName)
  await patiently(
    work.signal,
    () => takeSource(context, video.source_key!, path, work.signal),
    // What is made beside belongs to no attempt, and nobody waits for it.
    async () => attempt && tellWaiting(context, attempt, 'storage'),
  )
  await expectWhole(path, Number(video.source_bytes))
  failpoint(context, 'fetched')
}

/** A short read of the storage must never be mistaken for a short video. */
async function expectWhole(path: string, sizeBytes: number): Promise<void> {
  const { size } = await stat(path)
  if (sizeBytes > 0 && size !== sizeBytes) throw new Error(`The source has ${size} bytes instead of ${sizeBytes}.`)
  if (size === 0) throw new AppError('not_a_video')
}
