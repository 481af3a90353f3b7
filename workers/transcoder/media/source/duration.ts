import { type Run, runFfmpeg, type Toolbox } from '../run/run-ffmpeg.ts'
import { hasJumpingClock } from './jumping-clock.ts'
import type { Source } from './source.ts'

/** Whether what came out is as long as the header claimed, within 1 s or 2 %. */
export function isTruncated(claimedS: number | null, decodedS: number): boolean {
  return claimedS !== null && claimedS - decodedS > Math.max(1, claimedS * 0.02)
}

/**
 * The length in seconds by which limits and progress are reckoned: what the header claims, unless the last packet is later. A
 * header that claims nothing, or more than we accept, is not believed: then the last packet's time is the length, for which
 * all of them are read, without decoding any, where it is not known yet.
 */
export async function measureDuration(
  toolbox: Toolbox,
  run: Run,
  source: Source,
  maxDurationS: number,
): Promise<number | null> {
  const { claimedDurationS, endS = null } = source
  if (claimedDurationS !== null && claimedDurationS <= maxDurationS) {
    return endS !== null && isTruncated(endS, claimedDurationS) ? endS : claimedDurationS
  }
  if (endS !== null) return endS
  // Else ffmpeg takes hours between two packets for a mistake, and leaves them out.
  const input = hasJumpingClock(source) ? [] : ['-dts_error_threshold', '1000000000']
  const options = ['-map', `0:${source.video.streamIndex}`, '-c', 'copy', '-f', 'null']
  const { positionS } = await runFfmpeg(toolbox, run, { input, outputs: [{ target: '-', options }] })
  return positionS > 0 ? positionS : null
}

/** A container may round, and sound may outlast what is counted of it. */
const slack = { share: 0.02, seconds: 30 }

/**
 * How much may be made of a source, in seconds: a little more than it lasts where that was found, for times on the way may lie
 * far beyond its end; else as much as is allowed.
 */
export function lengthLimit({ endS = null, claimedDurationS }: Source, maxDurationS: number): number {
  if (endS === null) return maxDurationS
  const lengthS = Math.max(endS, claimedDurationS ?? 0)
  return Math.min(maxDurationS, lengthS * (1 + slack.share) + slack.seconds)
}
