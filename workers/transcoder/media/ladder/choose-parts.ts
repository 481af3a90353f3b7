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
const shortestPartS = 8

/** A short video is cut, too, so that several workers have something of it to the end. */
const fewestParts = 4

/**
 * Where a seek can be trusted once it was tried. In program streams it lands a few pictures beside the time asked for; Ogg may
 * begin its clock anew on the way, which only one pass from the beginning can follow.
 */
const seekable = /mov|mp4|matroska|webm|avi|asf|flv|mxf|mpegts/

/** The whole video as one part. */
export const wholeInOne: PicturePart[] = [{ fromFrame: 0, frames: null }]

/**
 * Cuts a video into parts of half a minute, a shorter one into four, or into fewer of eight seconds. Each begins at an instant
 * that the source's clock and a microsecond clock both can name, so that a seek to it rounds nothing and the same pictures are
 * picked as without cuts. The last part has no planned end, because claimed durations are lies.
 */
export function chooseParts({ container, video }: Source, durationS: number | null, partS = usualPartS): PicturePart[] {
  if (durationS === null || !seekable.test(container)) return wholeInOne
  const picturesPerSecond = perSecond(video.frameRate)
  const unit = exactFrames(video.frameRate, video.timeBase)
  const lengthS = wholeSegments(Math.min(partS, Math.max(shortestPartS, durationS / fewestParts)))
  const frames = Math.max(1, Math.round((lengthS * picturesPerSecond) / unit)) * unit
  // Where the clocks rarely meet, parts would be so long that they help nobody.
  if (frames / picturesPerSecond > 4 * partS) return wholeInOne
  const count = Math.max(1, Math.round((durationS * picturesPerSecond) / frames))
  const parts: PicturePart[] = []
  for (let index = 0; index < count - 1; index++) parts.push({ fromFrame: index * frames, frames })
  return [...parts, { fromFrame: parts.length * frames, frames: null }]
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
