import { screenFilters, steadyInput, weaveFilters } from '../picture/picture-filters.ts'
import type { FfmpegCommand, FfmpegOutput } from '../run/command-line.ts'
import { audioArguments } from '../sound/audio-arguments.ts'
import type { Loudness } from '../sound/loudness.ts'
import { rateText } from '../source/frame-rate.ts'
import { leastLeadS } from '../source/seek-lead.ts'
import type { Source } from '../source/source.ts'
import type { Ladder, Rendition } from './choose-ladder.ts'
import { type PicturePart, startOf } from './choose-parts.ts'
import { oneClock } from './one-clock.ts'
import { segmentSeconds } from './segment-seconds.ts'

export const masterName = 'master.m3u8'
/** The parts of a rendition's folder. */
export const playlistName = 'playlist.m3u8'
export const initName = 'init.mp4'
export const audioFolder = 'audio'

/**
 * Closed groups of pictures that begin at the same instants in every rendition: 0 s, 2 s, 4 s, then every 4 s.
 * The first two are short so that playing starts with half the bytes.
 */
const keyframesAtStart = `expr:gte(t,if(lt(n_forced,3),n_forced*${segmentSeconds / 2},(n_forced-1)*${segmentSeconds}))`
const keyframesLater = `expr:gte(t,n_forced*${segmentSeconds})`

interface LadderOptions {
  threads: number
  canToneMap: boolean
  maxDurationS: number
}

/** Where a part's files go, and what their names begin with. */
export interface PartPlace {
  root: string
  prefix: string
}

/**
 * One decode, one process, every rendition of one part. Renditions land in `<root>/<name>/`.
 * A later part is decoded from a keyframe before it. What is shown at its beginning is then known, and the frame rate's
 * filter picks for every instant the picture that it would have picked without cuts.
 */
export function picturesCommand(
  source: Source,
  ladder: Ladder,
  part: PicturePart,
  place: PartPlace,
  options: LadderOptions,
): FfmpegCommand {
  const startS = startOf(part, ladder.frameRate)
  const { input, filterGraph, clock } = partOf(source, ladder, part, options.canToneMap)
  const pictures = ladder.renditions.map((rendition) =>
    hlsOutput(
      `${place.root}/${rendition.name}`,
      { maxDurationS: options.maxDurationS - startS },
      1,
      [...pictureOptions(rendition, part, options), ...offsetOptions(part, startS)],
      place.prefix,
    ),
  )
  return { countsDamage: true, input, filterGraph, outputs: [...pictures, ...clock] }
}

/** How a part of the source is read, and made into the pictures of every rendition, each under its name. */
export function partOf(
  source: Source,
  ladder: Ladder,
  part: PicturePart,
  canToneMap: boolean,
): { input: string[]; filterGraph: string; clock: FfmpegOutput[] } {
  const leadS = part.fromFrame === 0 ? 0 : (source.leadS ?? leastLeadS)
  // Not cut off before the filters, which drop the lead themselves.
  const seek = leadS === 0 ? [] : ['-ss', exact(startOf(part, ladder.frameRate) - leadS), '-noaccurate_seek']
  return {
    // Half of a damaged file is better than nothing; how much of it was readable is judged afterwards.
    input: ['-max_error_rate', '1', ...steadyInput(source.video), ...seek],
    filterGraph: filterGraph(source, ladder, canToneMap, leadS),
    // A seek goes by the clock of all streams anyway.
    clock: leadS === 0 ? oneClock(source) : [],
  }
}

/**
 * Of what veryfast tries, a smaller diamond and fewer kinds of blocks do nearly as well in large pictures, which take most of the
 * time: measured on two films, a tenth less work for 1 % more bits at equal SSIM. In small ones every block counts.
 */
function searchOptions({ width, height }: Rendition): string[] {
  return Math.min(width, height) < 480 ? [] : ['-x264-params', 'me=dia:partitions=p8x8,i8x8,i4x4']
}

/** A part ends by its number of pictures, never by the source's clock. */
function pictureOptions(
  rendition: Rendition,
  { fromFrame, frames }: PicturePart,
  { threads }: LadderOptions,
): string[] {
  const { name, rateFactor, maxBitsPerSecond, bufferBits } = rendition
  return [
    ...['-map', `[${name}]`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', ...searchOptions(rendition), '-profile:v', 'high'],
    ...['-threads', String(encoderThreads(threads))],
    ...['-crf', String(rateFactor), '-maxrate', String(maxBitsPerSecond), '-bufsize', String(bufferBits)],
    ...['-forced-idr', '1', '-sc_threshold', '0', '-g', '9999'],
    ...gridOptions({ fromFrame, frames }),
  ]
}

/** Keyframes at the same instants whatever the encoder, and as many pictures as the part has. */
export function gridOptions({ fromFrame, frames }: PicturePart): string[] {
  return [
    ...['-force_key_frames', fromFrame === 0 ? keyframesAtStart : keyframesLater],
    ...(frames === null ? [] : ['-frames:v', String(frames)]),
  ]
}

/** Without `frag_discont` the times of every part would begin at 0; with it they go on where the part before ends. */
export function offsetOptions({ fromFrame }: PicturePart, startS: number): string[] {
  if (fromFrame === 0) return []
  return ['-output_ts_offset', exact(startS), '-hls_segment_options', 'movflags=+frag_discont']
}

function exact(seconds: number): string {
  return seconds.toFixed(6)
}

/** The sound is one part however long it is: AAC can't be cut without a gap. */
export function soundCommand(
  source: Source,
  loudness: Loudness | null,
  place: PartPlace,
  options: { maxDurationS: number },
): FfmpegCommand {
  const folder = `${place.root}/${audioFolder}`
  return {
    input: ['-max_error_rate', '1'],
    outputs: [
      hlsOutput(folder, options, segmentSeconds, audioArguments(source, loudness), place.prefix),
      ...oneClock(source),
    ],
  }
}

/** Each rendition is scaled from the one above it, which costs less than scaling each from the source. */
export function filterGraph(source: Source, ladder: Ladder, canToneMap: boolean, startS = 0): string {
  const [top, ...lower] = ladder.renditions
  const first = [
    ...weaveFilters(source.video),
    `fps=${rateText(ladder.frameRate)}:start_time=${startS}`,
    ...(startS > 0 ? ['setpts=PTS-STARTPTS'] : []),
    scale(top!),
    ...screenFilters(source.video, canToneMap),
  ]
  const chains = [`[0:${source.video.streamIndex}]${first.join(',')}${splitFor(top!, lower[0])}`]
  lower.forEach((rendition, index) => {
    chains.push(`[to${rendition.name}]${scale(rendition)},setsar=1${splitFor(rendition, lower[index + 1])}`)
  })
  return chains.join(';')
}

function splitFor(rendition: Rendition, next: Rendition | undefined): string {
  return next ? `,split=2[${rendition.name}][to${next.name}]` : `[${rendition.name}]`
}

function scale({ width, height }: Rendition): string {
  return `scale=${width}:${height}:flags=bicubic`
}

/** Each thread of x264 holds pictures of its own, some 50 MB of them for 4K; all renditions together keep 16 cores busy. */
const mostEncoderThreads = 12

/** x264 keeps several cores busy with one and a half threads each, since a thread waits for rows of the picture before. */
function encoderThreads(cores: number): number {
  return cores === 1 ? 1 : Math.min(mostEncoderThreads, Math.ceil(cores * 1.5))
}

/** Fragmented MP4 in HLS: `init.mp4`, `0.m4s`, `1.m4s`, … and a playlist that is written when all is done; after a prefix. */
export function hlsOutput(
  folder: string,
  { maxDurationS }: { maxDurationS: number },
  cutSeconds: number,
  options: string[],
  prefix = '',
): FfmpegOutput {
  return {
    target: `${folder}/${prefix}${playlistName}`,
    options: [
      ...options,
      // One second more than allowed, so that what is too long can be told from what is just long enough.
      ...['-t', String(maxDurationS + 1)],
      // Places, names and cameras in the source are nobody's business.
      ...['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact'],
      // Else reordered pictures and the encoder's lead-in would each push their own track back, and lips would not match.
      ...['-avoid_negative_ts', 'disabled'],
      ...['-f', 'hls', '-hls_playlist_type', 'vod', '-hls_list_size', '0', '-hls_segment_type', 'fmp4'],
      ...['-hls_time', String(cutSeconds), '-hls_flags', '+temp_file+independent_segments'],
      ...['-hls_fmp4_init_filename', `${prefix}${initName}`, '-hls_segment_filename', `${folder}/${prefix}%d.m4s`],
    ],
  }
}
