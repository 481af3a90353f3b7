import { perSecond } from '../source/frame-rate.ts'
import type { FrameRate, Source } from '../source/source.ts'
import { evenBelow, evenNear } from './even-near.ts'

/** One quality of a video. */
export interface Rendition {
  /** Name of its folder, such as `720p`. */
  name: string
  width: number
  height: number
  /** x264's constant rate factor: the quality that is held as long as the peak allows it. */
  rateFactor: number
  /** Peak and the size of the buffer it is measured over, in bits per second and bits. */
  maxBitsPerSecond: number
  bufferBits: number
}

export interface Ladder {
  frameRate: FrameRate
  /** The sharpest first. */
  renditions: Rendition[]
  hasAudio: boolean
}

/**
 * Short sides, and the peak each is worth at 30 pictures per second with quality held constant below it. Small sizes are shown
 * larger than they are, and every fault with them, so they are made better; their peaks leave room for it.
 */
const rungs = [
  { shortSide: 2_160, maxBitsPerSecond: 16_000_000, rateFactor: 24 },
  { shortSide: 1_440, maxBitsPerSecond: 9_000_000, rateFactor: 24 },
  { shortSide: 1_080, maxBitsPerSecond: 5_000_000, rateFactor: 23 },
  { shortSide: 720, maxBitsPerSecond: 2_800_000, rateFactor: 23 },
  { shortSide: 480, maxBitsPerSecond: 1_400_000, rateFactor: 22 },
  { shortSide: 360, maxBitsPerSecond: 800_000, rateFactor: 21 },
  { shortSide: 240, maxBitsPerSecond: 400_000, rateFactor: 21 },
]

/** The most lines that are ever made. */
export const mostLines = rungs[0]!.shortSide

/** More than this in a row phones don't decode. Panoramas that have it get no more lines than everybody did. */
const longestRow = 4_096
const linesOfPanoramas = 1_080

/**
 * Never larger than the source, so that nothing is made up; a source between two rungs keeps its own size as the top.
 * `maxHeight` is the most lines of the short side that an operator wants to be made.
 */
export function chooseLadder(source: Source, maxHeight: number = mostLines): Ladder {
  const { displayWidth, displayHeight, frameRate } = source.video
  const shortSide = Math.min(displayWidth, displayHeight)
  const inRows = (shortSide * longestRow) / Math.max(displayWidth, displayHeight)
  const allowed = Math.min(maxHeight, Math.max(linesOfPanoramas, inRows))
  const sides = rungs.map((rung) => rung.shortSide).filter((side) => side <= Math.min(shortSide, allowed))
  if (needsOwnTop(shortSide, allowed, sides[0])) sides.unshift(shortSide)
  return {
    frameRate,
    hasAudio: source.audio !== null,
    renditions: sides.map((side) => rendition(source, side / shortSide, side)),
  }
}

/** A fifth more lines than the rung below is sharper to the eye; less is not worth another rendition. */
function needsOwnTop(shortSide: number, allowed: number, highestRung: number | undefined): boolean {
  if (highestRung === undefined) return true
  return shortSide < mostLines && shortSide <= allowed && shortSide >= highestRung * 1.2
}

function rendition({ video }: Source, scale: number, side: number): Rendition {
  const maxBitsPerSecond = peakFor(side, perSecond(video.frameRate))
  return {
    name: `${evenBelow(side)}p`,
    width: evenNear(video.displayWidth, scale),
    height: evenNear(video.displayHeight, scale),
    rateFactor: rungFor(side).rateFactor,
    maxBitsPerSecond,
    bufferBits: maxBitsPerSecond * 2,
  }
}

/** Between rungs in proportion to the lines; half as much again for more than 30 pictures per second. */
function peakFor(side: number, picturesPerSecond: number): number {
  const rung = rungFor(side)
  const share = Math.min(1, (side / rung.shortSide) ** 1.5)
  const motion = picturesPerSecond > 31 ? 1.5 : 1
  return Math.max(100_000, Math.round((rung.maxBitsPerSecond * share * motion) / 1_000) * 1_000)
}

function rungFor(side: number) {
  return rungs.findLast((candidate) => candidate.shortSide >= side) ?? rungs[0]!
}
