import { perSecond } from '../source/frame-rate.ts'
import type { FrameRate, Source } from '../source/source.ts'
import { segmentSeconds } from './segment-seconds.ts'

/** A stretch of pictures, counted at the output's rate; null frames reach to the end, wherever that is. */
export interface PicturePart {
  fromFrame: number
  frames: number | null
}

/** Longer parts would keep others waiting, and cost more where a worker is lost. */
export const usualPartS = 30

/** Shorter ones would spend too much on starting and on pictures before their beginning. */
const shortestPartS = segmentSeconds

/**
 * Each part is this share of what is left, so that parts are long at first, which costs least, and short towards the end, where
 * workers would otherwise wait long for the one that began last.
 */
const shareOfRest = 1 / 4

/**
 * Where a seek can be trusted once it was tried. In program streams it lands a few pictures beside the time asked for; Ogg may
 * begin its clock anew on the way, which only one pass from the beginning can follow.
 */
const seekable = /mov|mp4|matroska|webm|avi|asf|flv|mxf|mpegts/

/** The whole video as one part. */
export const wholeInOne: PicturePart[] = [{ fromFrame: 0, frames: null }]

/**
 * Cuts a video into parts of half a minute, and towards its end into shorter ones. Each begins at an instant that the source's
 * clock and a microsecond clock both can name, so that a seek to it rounds nothing and the same pictures are picked as without
 * cuts. The last part has no planned end, because claimed durations are lies.
 */
export function chooseParts({ container, video }: Source, durationS: number | null, partS = usualPartS): PicturePart[] {
  if (durationS === null || !seekable.test(container)) return wholeInOne
  const picturesPerSecond = perSecond(video.frameRate)
  const unit = exactFrames(video.frameRate, video.timeBase)
  // Where the clocks rarely meet, parts would be so long that they help nobody.
  if (unit / picturesPerSecond > 4 * partS) return wholeInOne
  const parts: PicturePart[] = []
  let fromFrame = 0
  for (;;) {
    const leftS = durationS - fromFrame / picturesPerSecond
    const lengthS = wholeSegments(Math.min(partS, Math.max(shortestPartS, leftS * shareOfRest)))
    const frames = Math.max(1, Math.round((lengthS * picturesPerSecond) / unit)) * unit
    if (leftS <= (1.5 * frames) / picturesPerSecond) return [...parts, { fromFrame, frames: null }]
    parts.push({ fromFrame, frames })
    fromFrame += frames
  }
}

/** So that no part ends with a short segment. */
function wholeSegments(lengthS: number): number {
  return lengthS < segmentSeconds ? lengthS : Math.round(lengthS / segmentSeconds) * segmentSeconds
}

/** When a part begins, in seconds. */
export function startOf({ fromFrame }: Pick<PicturePart, 'fromFrame'>, rate: FrameRate): number {
  return (fromFrame * rate.denominator) / rate.numerator
}

const microsecond: FrameRate = { numerator: 1, denominator: 1_000_000 }

/** The smallest number of pictures that takes a whole number of ticks of the source and of microseconds. */
function exactFrames(rate: FrameRate, timeBase: FrameRate): number {
  return leastCommonMultiple(framesPerTicks(rate, timeBase), framesPerTicks(rate, microsecond))
}

/** `frames × (rate's denominator / numerator)` must be a multiple of `tick`. */
function framesPerTicks(rate: FrameRate, tick: FrameRate): number {
  const ticksPerFrame = { over: rate.denominator * tick.denominator, under: rate.numerator * tick.numerator }
  return ticksPerFrame.under / greatestCommonDivisor(ticksPerFrame.over, ticksPerFrame.under)
}

function leastCommonMultiple(one: number, other: number): number {
  return (one / greatestCommonDivisor(one, other)) * other
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other)
}
