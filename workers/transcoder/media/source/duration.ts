import { type Run, runFfmpeg, type Toolbox } from '../run/run-ffmpeg.ts'
import type { Source } from './source.ts'

/** Whether what came out is as long as the header claimed, within 1 s or 2 %. */
export function isTruncated(claimedS: number | null, decodedS: number): boolean {
  return claimedS !== null && claimedS - decodedS > Math.max(1, claimedS * 0.02)
}

/**
 * The length in seconds by which limits and progress are reckoned. A header that claims nothing, or more than we accept, is
 * not believed: then all packets are read, without decoding any, and the last one's time is the length.
 */
export async function measureDuration(
  toolbox: Toolbox,
  run: Run,
  source: Source,
  maxDurationS: number,
): Promise<number | null> {
  if (source.claimedDurationS !== null && source.claimedDurationS <= maxDurationS) return source.claimedDurationS
  const options = ['-map', `0:${source.video.streamIndex}`, '-c', 'copy', '-f', 'null']
  const { positionS } = await runFfmpeg(toolbox, run, { outputs: [{ target: '-', options }] })
  return positionS > 0 ? positionS : null
}
