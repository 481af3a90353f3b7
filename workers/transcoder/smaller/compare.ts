import { createReadStream, createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { MediaPlaylist } from '../media/hls/media-playlist.ts'
import { OutputFault } from '../media/hls/verify-output.ts'
import { startOf } from '../media/ladder/choose-parts.ts'
import { initName } from '../media/ladder/hls-arguments.ts'
import type { PartResult } from '../media/ladder/part-result.ts'
import { readSsim, ssimCommand, ssimLog } from '../media/ladder/ssim.ts'
import { runFfmpeg } from '../media/run/run-ffmpeg.ts'
import { longestLeadS } from '../media/source/check-seeks.ts'
import { perSecond } from '../media/source/frame-rate.ts'
import { patiently } from '../patiently.ts'
import { runOn } from '../work.ts'
import { downTo, folderOf, root } from './places.ts'
import { readPlaylist } from './plan-smaller.ts'
import type { CountedPart, Likeness, SmallerPlan } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'

interface Compared {
  rung: string
  stretch: CountedPart
  prefix: string
  result: PartResult
}

/** Holds AV1 that lies in the workspace, and the published H.264 of the same pictures, against the source. */
export async function compare(work: SmallerWork, plan: SmallerPlan, compared: Compared): Promise<Likeness> {
  const { rung, stretch } = compared
  const bytes = await gatherMade(work, compared)
  const usualBytes = await gatherUsual(work, rung, segmentsIn(await readPlaylist(work, rung), plan, stretch))
  const lengthS = stretch.frames / perSecond(plan.ladder.frameRate) + longestLeadS
  const command = ssimCommand(plan.source, downTo(plan.ladder, rung), stretch, [made, usual], work.context.toolbox)
  await runFfmpeg(work.context.toolbox, runOn(work, lengthS), command)
  const [ssim, usualSsim] = await Promise.all([0, 1].map((index) => readLog(work, index)))
  return { bytes, usualBytes, ssim: ssim!, usualSsim: usualSsim!, frames: stretch.frames }
}

const [made, usual] = ['made.mp4', 'usual.mp4'] as const

async function readLog({ workspace }: SmallerWork, index: number): Promise<number> {
  const value = readSsim(await readFile(workspace.path(ssimLog(index)), 'utf8'))
  if (value === null) throw new OutputFault('there is nothing to compare')
  return value
}

interface Published {
  init: string
  names: string[]
}

/** The published segments that begin within a stretch. */
export function segmentsIn(
  { initName: init, segments }: MediaPlaylist,
  plan: SmallerPlan,
  stretch: CountedPart,
): Published {
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

/** Fragments behind one another need no more to be a file. Resolves with the bytes of the segments alone. */
async function gatherMade({ workspace, signal }: SmallerWork, { rung, prefix, result }: Compared): Promise<number> {
  const folder = folderOf(rung)
  const { segments = [] } = result.renditions[folder] ?? {}
  const file = createWriteStream(workspace.path(made))
  let bytes = 0
  try {
    for (const name of [`${prefix}${initName}`, ...segments.map((segment) => segment.name)]) {
      const body = createReadStream(workspace.path(`${root}/${folder}/${name}`))
      await pipeline(body, file, { end: false, signal })
      if (name.endsWith('.m4s')) bytes += body.bytesRead
    }
  } finally {
    await new Promise((resolve) => file.end(resolve))
  }
  return bytes
}

async function gatherUsual(work: SmallerWork, rung: string, { init, names }: Published): Promise<number> {
  const { context, claim, workspace, signal } = work
  const file = createWriteStream(workspace.path(usual))
  let bytes = 0
  try {
    for (const name of [init, ...names]) {
      const { body, info } = await patiently(signal, () => context.storage.get(`${claim.prefix}/${rung}/${name}`))
      await pipeline(body, file, { end: false, signal })
      if (name !== init) bytes += info.sizeBytes
    }
  } finally {
    await new Promise((resolve) => file.end(resolve))
  }
  return bytes
}
