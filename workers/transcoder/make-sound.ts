import { rm } from 'node:fs/promises'
import { endOf, expectAllOf } from './expect-all-of.ts'
import { startHlsUpload } from './hls-upload.ts'
import { audioFolder, playlistName, soundCommand } from './media/ladder/hls-arguments.ts'
import { measurePart } from './media/ladder/measure-part.ts'
import type { PartResult } from './media/ladder/part-result.ts'
import { runFfmpeg } from './media/run/run-ffmpeg.ts'
import { measureLoudness } from './media/sound/measure-loudness.ts'
import { perSecond } from './media/source/frame-rate.ts'
import { type PartWork, partPrefix } from './part-work.ts'
import { patiently } from './patiently.ts'
import { attemptParts } from './prefixes.ts'
import { limitsOf, runOn } from './work.ts'

// What ffmpeg tells may be the end of its last packet or its beginning; segments are of four seconds.
const toleranceS = 1

/** Encodes and stores all of the sound. The result is empty for a track without sound in it. */
export async function makeSound(work: PartWork): Promise<PartResult> {
  const { context, workspace, plan, claim, attempt } = work
  const { toolbox } = context
  const limits = limitsOf(work)
  await workspace.makeFolder(`ladder/${audioFolder}`)
  const root = workspace.path('ladder')
  const prefix = partPrefix(claim)
  const measure = measurePart(root, prefix)
  const upload = startHlsUpload(context.storage, root, attemptParts(attempt).ladder, measure.look)
  const run = runOn(work, plan.durationS)
  const loudness = await measureLoudness(toolbox, run, plan.source, limits)
  const command = soundCommand(plan.source, loudness, { root: 'ladder', prefix }, limits)
  const rate = perSecond(plan.ladder.frameRate)
  const onProgress = ({ positionS }: { positionS: number }) => {
    work.tellFrames(Math.round(positionS * rate))
    upload.poke()
  }
  const { positionS } = await runFfmpeg(toolbox, run, command, onProgress).finally(() => upload.settle())
  await rm(`${root}/${audioFolder}/${prefix}${playlistName}`, { force: true })
  await patiently(work.signal, () => upload.finish())
  const result = measure.result()
  // A track may have no sound in it at all.
  const names = Object.keys(result.renditions)
  await expectAllOf(work, result, { names, isWhole: (rendition) => endOf(rendition) > positionS - toleranceS })
  return result
}
