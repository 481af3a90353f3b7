import type { Ladder, Rendition } from './choose-ladder.ts'
import type { FfmpegCommand, FfmpegOutput } from './command-line.ts'
import type { FrameRate, Source } from './source.ts'
import { toneMapFilters } from './tone-map.ts'

/** The parts of a rendition's folder. */
export const playlistName = 'playlist.m3u8'
export const initName = 'init.mp4'
export const audioFolder = 'audio'

/** Long enough that few requests are needed, short enough that a switch of quality comes soon. */
export const segmentSeconds = 4

/**
 * Closed groups of pictures that begin at the same instants in every rendition: 0 s, 2 s, 4 s, then every 4 s.
 * The first two are short so that playing starts with half the bytes.
 */
const keyframes = `expr:gte(t,if(lt(n_forced,3),n_forced*${segmentSeconds / 2},(n_forced-1)*${segmentSeconds}))`

interface LadderOptions {
  threads: number
  canToneMap: boolean
  maxDurationS: number
}

/** One decode, one process, every rendition and the sound. Renditions land in `<root>/<name>/`. */
export function ladderCommand(source: Source, ladder: Ladder, root: string, options: LadderOptions): FfmpegCommand {
  const outputs = ladder.renditions.map((rendition) => videoOutput(rendition, root, options))
  if (source.audio) outputs.push(audioOutput(source.audio.streamIndex, root, options))
  return {
    // Half of a damaged file is better than nothing; how much of it was readable is judged afterwards.
    input: ['-max_error_rate', '1'],
    filterGraph: filterGraph(source, ladder, options.canToneMap),
    outputs,
  }
}

/** Each rendition is scaled from the one above it, which costs less than scaling each from the source. */
export function filterGraph(source: Source, ladder: Ladder, canToneMap: boolean): string {
  const [top, ...lower] = ladder.renditions
  const first = [
    `fps=${rateText(ladder.frameRate)}:start_time=0`,
    scale(top!),
    ...(source.video.hdr && canToneMap ? toneMapFilters : []),
    'format=yuv420p',
    'setsar=1',
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

function rateText({ numerator, denominator }: FrameRate): string {
  return `${numerator}/${denominator}`
}

function videoOutput(rendition: Rendition, root: string, options: LadderOptions): FfmpegOutput {
  const { name, maxBitsPerSecond, bufferBits } = rendition
  return hlsOutput(`${root}/${name}`, options, 1, [
    ...['-map', `[${name}]`],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-profile:v',
      'high',
      '-threads',
      String(encoderThreads(options.threads)),
    ],
    ...['-crf', '23', '-maxrate', String(maxBitsPerSecond), '-bufsize', String(bufferBits)],
    ...['-force_key_frames', keyframes, '-forced-idr', '1', '-sc_threshold', '0', '-g', '9999'],
  ])
}

/** x264 keeps a core busy with one and a half threads, since each waits for rows of the picture before. */
function encoderThreads(cores: number): number {
  return Math.ceil(cores * 1.5)
}

/** `async=1:first_pts=0` fills gaps with silence, so that sound which begins late or stops for a while stays with its picture. */
function audioOutput(streamIndex: number, root: string, options: LadderOptions): FfmpegOutput {
  return hlsOutput(`${root}/${audioFolder}`, options, segmentSeconds, [
    ...['-map', `0:${streamIndex}`],
    ...['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-af', 'aresample=48000:async=1:first_pts=0'],
  ])
}

/** Fragmented MP4 in HLS: `init.mp4`, `0.m4s`, `1.m4s`, … and a playlist that is written when all is done. */
export function hlsOutput(
  folder: string,
  { maxDurationS }: { maxDurationS: number },
  cutSeconds: number,
  options: string[],
): FfmpegOutput {
  return {
    target: `${folder}/${playlistName}`,
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
      ...['-hls_fmp4_init_filename', initName, '-hls_segment_filename', `${folder}/%d.m4s`],
    ],
  }
}
