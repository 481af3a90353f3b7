import { AppError } from '#contract/errors.ts'
import { FfmpegError } from '../run/ffmpeg-failure.ts'
import { type Run, runFfprobe, type Toolbox } from '../run/run-ffmpeg.ts'
import { hasJumpingClock } from './jumping-clock.ts'
import type { Source } from './source.ts'

/** Later than anything ends, in seconds: a seek to it lands on the last keyframe that the index names. */
const afterEverythingS = 9_000_000_000

/**
 * When the last packet of the streams we take is shown, in seconds from the beginning, by the file's own times: whatever its
 * header claims, encoding goes that far. The file is read from its last keyframe on, which takes no time; one without an index
 * is read as a whole. Null where it can't be told, and where the clock may jump, because ffmpeg evens that out.
 */
export async function findEnd(toolbox: Toolbox, run: Run, source: Source): Promise<number | null> {
  if (hasJumpingClock(source)) return null
  const streams = [source.video.streamIndex, source.audio?.streamIndex]
  let lastS = Number.NEGATIVE_INFINITY
  const readLine = (line: string) => {
    const [stream, shown, decoded, flags] = line.split(',')
    // What an edit list hides is not made.
    if (flags?.[1] === 'D') return
    const atS = Number(shown === 'N/A' ? decoded : shown)
    if (streams.includes(Number(stream)) && atS > lastS) lastS = atS
  }
  const show = ['-show_entries', 'packet=stream_index,pts_time,dts_time,flags', '-of', 'csv=p=0']
  const lines = lineReader(readLine)
  try {
    await runFfprobe(toolbox, run, [...show, '-read_intervals', `${afterEverythingS}%`], lines)
  } catch (error) {
    // What is only looked up refuses nothing: the header is believed, and what is made is looked at.
    if (error instanceof FfmpegError || (error instanceof AppError && error.code === 'resource_limit')) return null
    throw error
  }
  const endS = lastS - source.startS
  return endS > 0 && Number.isFinite(endS) ? endS : null
}

/** A film without an index has millions of packets, so that nothing of them is kept. */
function lineReader(readLine: (line: string) => void): (text: string) => void {
  let rest = ''
  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    lines.forEach(readLine)
  }
}
