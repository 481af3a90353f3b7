import { screenFilters, steadyInput, weaveFilters } from '../picture/picture-filters.ts'
import type { FfmpegCommand } from '../run/command-line.ts'
import { stereoFilters } from '../sound/audio-filters.ts'
import { perSecond, rateText } from '../source/frame-rate.ts'
import type { FrameRate, Source } from '../source/source.ts'
import { evenNear } from './even-near.ts'
import { hlsOutput } from './hls-arguments.ts'

/** What is shown until the ladder is there: good enough to watch, cheap enough to be made many times faster than it plays. */
export interface FirstRendition {
  width: number
  height: number
  frameRate: FrameRate
}

const maxShortSide = 480
const maxBitsPerSecond = 1_800_000
const audioBitsPerSecond = 128_000

/** Never larger than the source, of even sides, at 30 pictures per second at most. */
export function chooseFirst({ video }: Source): FirstRendition {
  const { displayWidth, displayHeight, frameRate } = video
  const shrink = Math.min(1, maxShortSide / Math.min(displayWidth, displayHeight))
  const [width, height] = [displayWidth, displayHeight].map((side) => evenNear(side, shrink)) as [number, number]
  return { width, height, frameRate: calmed(frameRate) }
}

/** Every second picture of 50 or 60 looks steady; of rates between, dropping one now and then is the lesser evil. */
function calmed(rate: FrameRate): FrameRate {
  if (perSecond(rate) <= 30.5) return rate
  const halved = { numerator: rate.numerator, denominator: rate.denominator * 2 }
  return perSecond(halved) >= 23 ? halved : { numerator: 30, denominator: 1 }
}

/**
 * At 0, 1, 2, 4, 6 and 8 s, then every 4 s: short groups of pictures to begin with, so that there are segments enough to
 * watch after 4 s of video. Whoever has watched those is given the next after 2 more.
 */
const keyframes = 'expr:gte(t,if(lt(n_forced,3),n_forced,if(lt(n_forced,6),(n_forced-1)*2,(n_forced-3)*4)))'

/**
 * Picture and sound together in `<root>/all/`, with a playlist that ffmpeg writes again after each segment.
 * Of x264's presets superfast is the fastest that does not need twice the bytes. Pictures are not reordered: that would save
 * a little more, but then the first one needs a time before zero.
 */
export function firstCommand(
  source: Source,
  root: string,
  options: { canToneMap: boolean; maxDurationS: number },
): FfmpegCommand {
  const { width, height, frameRate } = chooseFirst(source)
  const filters = [
    ...weaveFilters(source.video),
    `fps=${rateText(frameRate)}:start_time=0`,
    `scale=${width}:${height}:flags=fast_bilinear`,
    ...screenFilters(source.video, options.canToneMap),
  ]
  const picture = [
    ...['-map', `0:${source.video.streamIndex}`, '-vf', filters.join(',')],
    ...['-c:v', 'libx264', '-preset', 'superfast', '-bf', '0', '-profile:v', 'high', '-crf', '25'],
    ...['-maxrate', String(maxBitsPerSecond), '-bufsize', String(maxBitsPerSecond * 2)],
    ...['-force_key_frames', keyframes, '-forced-idr', '1', '-sc_threshold', '0', '-g', '9999'],
  ]
  return {
    // As for the ladder: half of a damaged file is better than nothing.
    input: ['-max_error_rate', '1', ...steadyInput(source.video)],
    outputs: [growing(hlsOutput(`${root}/all`, options, 1, [...picture, ...soundOptions(source)]))],
  }
}

function soundOptions(source: Source): string[] {
  const { audio } = source
  if (!audio) return []
  return [
    ...['-map', `0:${audio.streamIndex}`, '-af', stereoFilters(source, null).join(',')],
    ...['-c:a', 'aac', '-b:a', String(audioBitsPerSecond), '-ac', '2'],
  ]
}

/** The same output with its playlist written after each segment instead of once at the end. */
export function growing<Output extends { options: string[] }>(output: Output): Output {
  return { ...output, options: [...output.options, '-hls_playlist_type', 'event'] }
}
