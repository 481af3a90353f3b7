import type { SegmentTimes } from '../mp4/segment-times.ts'

/** What people begin to notice on lips. */
const mostShownDriftS = 0.05

/** Players place a segment by when it is decoded; what is a second off they take for a jump of the clock. */
const mostDecodedDriftS = 0.5

// RFC 8216bis lets durations be rounded; decode times are exact up to the ticks of a track.
const roundingS = 0.001

/**
 * How far from `saidS` a segment begins, in seconds since the beginning of the `first` one; null where it is near enough.
 * `usualS` is how long a picture is shown, or a frame of sound heard, where one more or less is nothing to complain about.
 */
export function beginningDrift(first: SegmentTimes, times: SegmentTimes, saidS: number, usualS = 0): number | null {
  const shownS = times.shownStartS - first.shownStartS - saidS
  if (Math.abs(shownS) > Math.max(mostShownDriftS, usualS) + roundingS) return shownS
  const decodedS = times.decodeStartS - first.decodeStartS - saidS
  return Math.abs(decodedS) > mostDecodedDriftS + roundingS ? decodedS : null
}

/** How far from `saidS` the decoding of a segment ends. How long the last pictures of a video are shown is hardly ever written. */
export function endDrift(first: SegmentTimes, times: SegmentTimes, saidS: number): number | null {
  const usualS = (times.decodeEndS - times.decodeStartS) / times.samples
  const decodedS = times.decodeEndS - first.decodeStartS - saidS
  return Math.abs(decodedS) > mostDecodedDriftS + 3 * Math.min(usualS, mostPictureS) ? decodedS : null
}

/** Of a picture that lasts longer only this much is overlooked. */
const mostPictureS = 1
