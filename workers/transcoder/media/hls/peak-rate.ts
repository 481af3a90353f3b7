/** A segment's length and size, all that its rate depends on. */
export interface Weight {
  durationS: number
  sizeBytes: number
}

/**
 * The peak segment bit rate of RFC 8216bis (4.1), in bits per second: the largest of any run of neighbours that lasts between
 * half of the target duration and one and a half of it. A last segment of one picture thus says nothing alone.
 */
export function peakRate(segments: Weight[], targetS: number): number {
  let peak = 0
  for (let from = 0; from < segments.length; from++) {
    let [durationS, sizeBytes] = [0, 0]
    for (let to = from; to < segments.length && durationS < targetS * 1.5; to++) {
      durationS += segments[to]!.durationS
      sizeBytes += segments[to]!.sizeBytes
      if (durationS >= targetS * 0.5 && durationS <= targetS * 1.5) peak = Math.max(peak, (sizeBytes * 8) / durationS)
    }
  }
  return Math.max(peak, averageRate(segments))
}

/** Bits per second of all of them together. */
export function averageRate(segments: Weight[]): number {
  const durationS = segments.reduce((sum, segment) => sum + segment.durationS, 0)
  const sizeBytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0)
  return durationS > 0 ? (sizeBytes * 8) / durationS : 0
}
