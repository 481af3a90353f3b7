import { type Run, runFfprobe, type Toolbox } from '../run/run-ffmpeg.ts'
import { perSecond } from './frame-rate.ts'
import type { Source } from './source.ts'

/**
 * Whether the file still holds what was cut off its beginning: phones and lossless cutters keep all from the keyframe before
 * the cut and let an edit list hide it. A copy would send it. Only the first packets are read.
 */
export async function hidesBeginning(
  toolbox: Toolbox,
  run: Run,
  { container, video, audio }: Source,
): Promise<boolean> {
  if (!hasEditLists.test(container)) return false
  const hidden = await Promise.all([
    hiddenS(toolbox, run, video).then(
      (hiddenS) => hiddenS > mostHiddenPictures / perSecond(video.ownFrameRate ?? video.frameRate),
    ),
    audio && hiddenS(toolbox, run, audio).then((hiddenS) => hiddenS > mostLeadInS(audio.sampleRate)),
  ])
  return hidden.includes(true)
}

const hasEditLists = /mov|mp4/

/** Less than two: rounding to the ticks of the movie may hide one that nobody cut off. */
const mostHiddenPictures = 1.5

/** What encoders of sound put before it is hidden in every ordinary file, two frames in most. */
function mostLeadInS(sampleRate: number): number {
  return Math.max(0.1, (3 * 1_024) / sampleRate)
}

/** How long before its beginning a stream holds what is not to be shown, in seconds. Throws a FfmpegError. */
async function hiddenS(
  toolbox: Toolbox,
  run: Run,
  { streamIndex, startS }: { streamIndex: number; startS: number },
): Promise<number> {
  const show = ['-select_streams', String(streamIndex), '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0']
  const answer = await runFfprobe(toolbox, run, [...show, '-read_intervals', '%+#4'])
  const packets = answer.split('\n').map((line) => line.split(','))
  const hidden = packets.filter(([, flags]) => flags?.[1] === 'D').map(([shown]) => startS - Number(shown))
  return Math.max(0, ...hidden.filter(Number.isFinite))
}
