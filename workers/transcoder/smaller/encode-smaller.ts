import { readdir } from 'node:fs/promises'
import { av1Command } from '../media/ladder/av1-arguments.ts'
import { measurePart } from '../media/ladder/measure-part.ts'
import type { PartResult } from '../media/ladder/part-result.ts'
import { runFfmpeg } from '../media/run/run-ffmpeg.ts'
import { perSecond } from '../media/source/frame-rate.ts'
import { longestLeadS } from '../media/source/seek-lead.ts'
import { runOn } from '../work.ts'
import { downTo, folderOf, root } from './places.ts'
import type { CountedPart, SmallerPlan } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'

/** Leaves the files in the workspace, measured. */
export async function encodeSmaller(
  work: SmallerWork,
  plan: SmallerPlan,
  how: { rung: string; stretch: CountedPart; prefix: string; rateFactor: number },
): Promise<PartResult> {
  const { context, workspace } = work
  const { rung, stretch, prefix, rateFactor } = how
  const folder = folderOf(rung)
  await workspace.makeFolder(`${root}/${folder}`)
  const options = { ...context.toolbox, maxDurationS: context.config.limits.maxDurationS, rateFactor }
  const command = av1Command(plan.source, downTo(plan.ladder, rung), stretch, { root, folder, prefix }, options)
  const lengthS = stretch.frames / perSecond(plan.ladder.frameRate) + longestLeadS
  await runFfmpeg(context.toolbox, runOn(work, lengthS), command)
  const measure = measurePart(workspace.path(root), prefix)
  await measure.readInits([folder])
  for (const name of await readdir(workspace.path(`${root}/${folder}`))) {
    if (name.startsWith(prefix)) await measure.look(`${folder}/${name}`)
  }
  return measure.result()
}
