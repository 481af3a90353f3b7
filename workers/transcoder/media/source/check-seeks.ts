import { type PicturePart, startOf, wholeInOne } from '../ladder/choose-parts.ts'
import { type Run, runFfprobe, type Toolbox } from '../run/run-ffmpeg.ts'
import { isStream, leadInStream } from './lead-in-stream.ts'
import { leastLeadS, longestLeadS, type Packet } from './seek-lead.ts'
import type { Source } from './source.ts'

export interface Seeks {
  parts: PicturePart[]
  /** How far before each part's beginning to seek, in seconds. */
  leadS: number
}

/**
 * Whether a seek to before each part's beginning gives a keyframe in time, and not too early. Where that is not so the video
 * stays in one part.
 */
export async function checkSeeks(toolbox: Toolbox, run: Run, source: Source, parts: PicturePart[]): Promise<Seeks> {
  const startsS = parts.slice(1).map((part) => startOf(part, source.video.frameRate) + source.startS)
  if (startsS.length === 0) return { parts, leadS: leastLeadS }
  const leadS = isStream(source)
    ? leadInStream(await readPackets(toolbox, run, source), startsS)
    : await leadByIndex(toolbox, run, source, startsS)
  return leadS === null ? { parts: wholeInOne, leadS: leastLeadS } : { parts, leadS }
}

/** One look at the file's index for all parts. */
async function leadByIndex(toolbox: Toolbox, run: Run, source: Source, startsS: number[]): Promise<number | null> {
  const seeks = startsS.map((startS) => startS - leastLeadS)
  const intervals = seeks.map((seekS) => `${seekS.toFixed(6)}%+#1`).join(',')
  const landings = await readPackets(toolbox, run, source, ['-read_intervals', intervals])
  const areGood = landings.length === seeks.length && seeks.every((seekS, index) => isGood(landings[index]!, seekS))
  return areGood ? leastLeadS : null
}

async function readPackets(toolbox: Toolbox, run: Run, { video }: Source, options: string[] = []): Promise<Packet[]> {
  const show = ['-select_streams', String(video.streamIndex), '-show_entries', 'packet=pts_time,dts_time,flags']
  const answer = await runFfprobe(toolbox, run, [...show, '-of', 'csv=p=0', ...options])
  return answer.split('\n').filter(isPacket).map(readPacket)
}

/** Between them stand empty lines, of what packets carry beside. */
function isPacket(line: string): boolean {
  return line.length > 1
}

function readPacket(line: string): Packet {
  // AVI knows only the order in which pictures are decoded.
  const [shown, decoded, flags] = line.split(',')
  const decodedS = Number(decoded)
  return { atS: shown === 'N/A' ? decodedS : Number(shown), decodedS, isKeyframe: flags?.startsWith('K') ?? false }
}

function isGood({ atS, isKeyframe }: Packet, seekS: number): boolean {
  return isKeyframe && atS <= seekS && seekS - atS <= longestLeadS
}
