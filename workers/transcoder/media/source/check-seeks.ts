import { type PicturePart, startOf, wholeInOne } from '../ladder/choose-parts.ts'
import { type Run, runFfprobe, type Toolbox } from '../run/run-ffmpeg.ts'
import type { Source } from './source.ts'

/** How far before a part's beginning a decoder starts at the latest, so that the picture shown there is known for sure. */
export const leadS = 1

/** Decoding more than this before each part costs more than cutting gains. */
export const longestLeadS = 20

/**
 * Whether a seek to each part's beginning lands on a keyframe before it, and not far before; one look at the file's index
 * for all of them. Where that is not so the video stays in one part.
 */
export async function checkSeeks(
  toolbox: Toolbox,
  run: Run,
  source: Source,
  parts: PicturePart[],
): Promise<PicturePart[]> {
  const seeks = parts.slice(1).map((part) => startOf(part, source.video.frameRate) - leadS + source.startS)
  if (seeks.length === 0) return parts
  const intervals = seeks.map((seekS) => `${seekS.toFixed(6)}%+#1`).join(',')
  const show = ['-select_streams', String(source.video.streamIndex), '-show_entries', 'packet=pts_time,dts_time,flags']
  const answer = await runFfprobe(toolbox, run, [...show, '-of', 'csv=p=0', '-read_intervals', intervals])
  const landings = answer.trim().split('\n').map(readLanding)
  const areGood = landings.length === seeks.length && seeks.every((seekS, index) => isGood(landings[index]!, seekS))
  return areGood ? parts : wholeInOne
}

interface Landing {
  atS: number
  isKeyframe: boolean
}

function readLanding(line: string): Landing {
  // AVI knows only the order in which pictures are decoded.
  const [shown, decoded, flags] = line.split(',')
  return { atS: Number(shown === 'N/A' ? decoded : shown), isKeyframe: flags?.startsWith('K') ?? false }
}

function isGood({ atS, isKeyframe }: Landing, seekS: number): boolean {
  return isKeyframe && atS <= seekS && seekS - atS <= longestLeadS
}
