import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { joinInto } from '../join-into.ts'
import type { MediaPlaylist } from '../media/hls/media-playlist.ts'
import { OutputFault } from '../media/hls/verify-output.ts'
import { startOf } from '../media/ladder/choose-parts.ts'
import { initName } from '../media/ladder/hls-arguments.ts'
import type { PartResult } from '../media/ladder/part-result.ts'
import { readSsim, ssimCommand, ssimLog } from '../media/ladder/ssim.ts'
import { runFfmpeg } from '../media/run/run-ffmpeg.ts'
import { perSecond } from '../media/source/frame-rate.ts'
import { longestLeadS } from '../media/source/seek-lead.ts'
import { runOn } from '../work.ts'
import { downTo, folderOf, root } from './places.ts'
import { readPlaylist } from './plan-smaller.ts'
import type { CountedPart, Likeness, SmallerPlan } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'

interface Stretch {
  rung: string
  stretch: CountedPart
}

interface Compared extends Stretch {
  prefix: string
  result: PartResult
  /** Of the published segments of these pictures, fetched by `fetchUsual`. */
  usualBytes: number
}

/** Holds AV1 that lies in the workspace, and the published H.264 of the same pictures, against the source. */
export async function compare(work: SmallerWork, plan: SmallerPlan, compared: Compared): Promise<Likeness> {
  const { rung, stretch, usualBytes } = compared
  const bytes = await gatherMade(work, compared)
  const lengthS = stretch.frames / perSecond(plan.ladder.frameRate) + longestLeadS
  const command = ssimCommand(plan.source, downTo(plan.ladder, rung), stretch, [made, usual], work.context.toolbox)
  await runFfmpeg(work.context.toolbox, runOn(work, lengthS), command)
  const [ssim, usualSsim] = await Promise.all([0, 1].map((index) => readLog(work, index)))
  return { bytes, usualBytes, ssim: ssim!, usualSsim: usualSsim!, frames: stretch.frames }
}

const [made, usual] = ['made.mp4', 'usual.mp4'] as const

/** Puts what is published of a stretch into the workspace. Resolves with the bytes of the segments alone. */
export async function fetchUsual(work: SmallerWork, plan: SmallerPlan, { rung, stretch }: Stretch): Promise<number> {
  const { context, claim, workspace, signal } = work
  const { init, names } = segmentsIn(await readPlaylist(work, rung), plan, stretch)
  const folder = `${claim.prefix}/${rung}`
  const bodies = [init, ...names].map((name) => async () => (await context.storage.get(`${folder}/${name}`)).body)
  const [, ...segmentBytes] = await joinInto(workspace.path(usual), bodies, signal)
  return sum(segmentBytes)
}

/** The published segments that begin within a stretch. */
function segmentsIn({ initName: init, segments }: MediaPlaylist, plan: SmallerPlan, stretch: CountedPart) {
  const rate = plan.ladder.frameRate
  const [fromS, toS] = [startOf(stretch, rate), startOf({ fromFrame: stretch.fromFrame + stretch.frames }, rate)]
  const halfPictureS = 0.5 / perSecond(rate)
  const names: string[] = []
  let startS = 0
  for (const { name, durationS } of segments) {
    if (startS > fromS - halfPictureS && startS < toS - halfPictureS) names.push(name)
    startS += durationS
  }
  return { init: init!, names }
}

/** Resolves with the bytes of the segments alone. */
async function gatherMade({ workspace, signal }: SmallerWork, { rung, prefix, result }: Compared): Promise<number> {
  const folder = folderOf(rung)
  const { segments = [] } = result.renditions[folder] ?? {}
  const names = [`${prefix}${initName}`, ...segments.map((segment) => segment.name)]
  const bodies = names.map((name) => async () => createReadStream(workspace.path(`${root}/${folder}/${name}`)))
  const [, ...segmentBytes] = await joinInto(workspace.path(made), bodies, signal)
  return sum(segmentBytes)
}

async function readLog({ workspace }: SmallerWork, index: number): Promise<number> {
  const value = readSsim(await readFile(workspace.path(ssimLog(index)), 'utf8'))
  if (value === null) throw new OutputFault('there is nothing to compare')
  return value
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
