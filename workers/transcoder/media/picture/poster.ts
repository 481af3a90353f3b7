import { evenNear } from '../ladder/even-near.ts'
import type { FfmpegCommand } from '../run/command-line.ts'
import type { Source, VideoSource } from '../source/source.ts'
import { jpegFilters, stillFilters } from './still-filters.ts'

const maxWidth = 1_280
const maxHeight = 1_280
// A film that stays dark for longer gets its first picture.
const searchedS = '300'
/** Of the first so many keyframes the most typical is taken; blank and blurred ones are seldom typical. */
const candidates = 12

/**
 * One picture from after the first tenth of the video, upright and with square pixels.
 * Only a few keyframes are decoded, so that a long video costs as little as a short one.
 */
export function posterCommand(source: Source, target: string, canToneMap: boolean): FfmpegCommand {
  const durationS = source.claimedDurationS ?? 0
  const startS = durationS > 2 ? durationS * 0.1 : 0
  const filters = [
    // Black is 16 and title cards are little more; the darkest scenes are above this.
    'signalstats,metadata=select:key=lavfi.signalstats.YAVG:value=24:function=greater',
    `thumbnail=${candidates}`,
    // The keyframe before the tenth has a time before it, for which it would be dropped.
    'setpts=0',
    ...posterFilters(source, canToneMap),
  ]
  return {
    input: ['-skip_frame', 'nokey', '-noaccurate_seek', '-ss', startS.toFixed(3), '-t', searchedS],
    outputs: [{ target, options: posterOptions(source, filters) }],
  }
}

/** The same among all pictures of the beginning, two of each second: for clips whose only keyframe is black. */
export function searchedPictureCommand(source: Source, target: string, canToneMap: boolean): FfmpegCommand {
  const { outputs } = posterCommand(source, target, canToneMap)
  const options = outputs[0]!.options.map((word) => (word.startsWith('signalstats') ? `fps=2,${word}` : word))
  return { input: ['-t', searchedBeginningS], outputs: [{ target, options }] }
}

const searchedBeginningS = '20'

/** The very first picture, for files that are dark, can't be sought in or claim a wrong length. */
export function firstPictureCommand(source: Source, target: string, canToneMap = false): FfmpegCommand {
  return { input: [], outputs: [{ target, options: posterOptions(source, posterFilters(source, canToneMap)) }] }
}

/** The picture of one moment, which the owner chose. Writes nothing where the video is shorter than that. */
export function frameCommand(source: Source, target: string, atMs: number, canToneMap: boolean): FfmpegCommand {
  return {
    input: ['-ss', (atMs / 1_000).toFixed(3)],
    outputs: [{ target, options: posterOptions(source, posterFilters(source, canToneMap)) }],
  }
}

/** A picture that was sent, made anew: upright, not larger than a poster, and without anything that it said of itself. */
export function sentPictureCommand(target: string): FfmpegCommand {
  const fit = `scale=w='min(${maxWidth},iw)':h='min(${maxHeight},ih)'`
  const filters = [`${fit}:force_original_aspect_ratio=decrease:force_divisible_by=2`, ...jpegFilters]
  return { outputs: [{ target, options: pictureOptions(0, filters) }] }
}

function posterFilters({ video }: Source, canToneMap: boolean): string[] {
  return stillFilters(video, posterSize(video), canToneMap)
}

function posterOptions({ video }: Source, filters: string[]): string[] {
  return pictureOptions(video.streamIndex, filters)
}

function pictureOptions(streamIndex: number, filters: string[]): string[] {
  return [
    ...['-map', `0:${streamIndex}`, '-frames:v', '1', '-vf', filters.join(',')],
    ...['-map_metadata', '-1', '-c:v', 'mjpeg', '-q:v', '3', '-f', 'image2', '-update', '1'],
  ]
}

function posterSize(video: VideoSource): { width: number; height: number } {
  const shrink = Math.min(1, maxWidth / video.displayWidth, maxHeight / video.displayHeight)
  return { width: evenNear(video.displayWidth, shrink), height: evenNear(video.displayHeight, shrink) }
}
