import type { FinishedRendition } from '../hls/describe-hls.ts'
import { OutputFault } from '../hls/verify-output.ts'
import type { Damage } from '../source/flags-of.ts'
import { perSecond } from '../source/frame-rate.ts'
import type { FrameRate } from '../source/source.ts'
import type { PartResult, RenditionPart } from './part-result.ts'

/** A part as it was planned and as it was made. */
export interface MadePart {
  part: number
  fromFrame: number
  frames: number | null
  result: PartResult
}

export interface JoinedRendition extends FinishedRendition {
  codec: string
}

/**
 * Puts the parts of every rendition together, or throws an OutputFault: all must share one init segment, hold the planned
 * pictures, and begin at the tick at which the part before ends.
 * A part with fewer pictures than planned is where the source ended; what later parts may hold is left out, as one pass over
 * the file would have ended there too.
 */
export function joinParts(parts: MadePart[], names: string[], rate: FrameRate): JoinedRendition[] {
  const inOrder = untilShort(parts.toSorted((one, other) => one.fromFrame - other.fromFrame))
  return names.map((name) => joinRendition(name, inOrder, rate))
}

function untilShort(parts: MadePart[]): MadePart[] {
  const short = parts.findIndex(({ frames, result }) => frames !== null && picturesOf(result) < frames)
  return (short < 0 ? parts : parts.slice(0, short + 1)).filter(({ result }) => picturesOf(result) > 0)
}

/** Of all parts, whether they are shown or not. */
export function damageOf(parts: MadePart[]): Damage {
  const sum = (countOf: (result: PartResult) => number) => parts.reduce((all, { result }) => all + countOf(result), 0)
  return { damaged: sum(({ damaged = 0 }) => damaged), pictures: sum(picturesOf) }
}

function picturesOf({ renditions }: PartResult): number {
  return Math.max(0, ...Object.values(renditions).map(({ samples }) => samples))
}

function joinRendition(name: string, parts: MadePart[], rate: FrameRate): JoinedRendition {
  const made = parts.map((part) => expectRendition(name, part))
  const [first] = made
  if (!first) throw new OutputFault(`there are no pictures of ${name}`)
  let endTicks = first.startTicks
  for (const [index, { startTicks, initHash, segments }] of made.entries()) {
    const { part, fromFrame } = parts[index]!
    if (initHash !== first.initHash) throw new OutputFault(`part ${part} of ${name} has an init segment of its own`)
    const plannedTicks = (fromFrame / perSecond(rate)) * first.timescale
    // Pictures' ticks are whole; the sound has one part and nothing to join.
    if (Math.abs(startTicks - endTicks) > 1 || Math.abs(startTicks - plannedTicks) > 1) {
      throw new OutputFault(`part ${part} of ${name} begins at ${startTicks} where ${endTicks} was the end`)
    }
    endTicks = startTicks + segments.reduce((sum, { ticks }) => sum + ticks, 0)
  }
  return describe(name, made)
}

function expectRendition(name: string, { part, frames, result }: MadePart): RenditionPart {
  const made = result.renditions[name]
  if (!made) throw new OutputFault(`part ${part} holds no ${name}`)
  if (made.samples !== picturesOf(result)) throw new OutputFault(`part ${part} of ${name} lacks pictures`)
  if (frames !== null && made.samples > frames) throw new OutputFault(`part ${part} of ${name} has too many pictures`)
  return made
}

/** Of a rendition whose parts follow on each other, or of the sound. */
export function describe(name: string, made: RenditionPart[]): JoinedRendition {
  const segments = made.flatMap(({ segments: own, timescale }) =>
    own.map((segment) => ({ name: segment.name, durationS: segment.ticks / timescale })),
  )
  const durationS = segments.reduce((sum, segment) => sum + segment.durationS, 0)
  return { name, codec: made[0]!.codec, durationS, playlist: { initName: made[0]!.initName, segments } }
}
