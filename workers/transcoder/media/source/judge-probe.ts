import { AppError } from '#contract/errors.ts'
import { readColour } from '../picture/colour.ts'
import { maxPixels } from '../run/input-guards.ts'
import { chooseFrameRate, ownFrameRate, parseFraction } from './frame-rate.ts'
import type { ProbedStream, ProbeReport } from './probe.ts'
import type { AudioSource, Source, VideoSource } from './source.ts'

/**
 * Picks the streams to work with and says what they are.
 * Throws `not_a_video`, `no_video`, `encrypted`, `codec_unsupported` or `dimensions`. Durations are passed on as claims.
 */
export function judgeProbe(report: ProbeReport): Source {
  const streams = report.streams ?? []
  if (!streams.some(({ codec_type }) => codec_type === 'video' || codec_type === 'audio'))
    throw new AppError('not_a_video')
  if (streams.some(isEncrypted)) throw new AppError('encrypted')
  const picture = pickVideo(streams)
  const sound = pickAudio(streams)
  const wholeS = claimedDuration(report, picture, sound)
  return {
    container: report.format.format_name,
    video: judgeVideo(picture),
    audio: judgeAudio(sound),
    soundTracks: usableAudio(streams).length,
    hasSubtitles: streams.some(({ codec_type, codec_name }) => codec_type === 'subtitle' && isKnown(codec_name)),
    claimedDurationS: wholeS,
    claims: { pictureS: positive(picture.duration) ?? clockSeconds(picture.tags?.DURATION), wholeS },
    startS: Number(report.format.start_time) || 0,
    bitsPerSecond: positive(report.format.bit_rate) ?? 0,
  }
}

/** Of the streams we take, where they say; the file as a whole may hold others that last longer. */
function claimedDuration(report: ProbeReport, picture: ProbedStream, sound: ProbedStream | null): number | null {
  const pictureS = positive(picture.duration)
  if (pictureS === null) return positive(report.format.duration)
  return Math.max(pictureS, positive(sound?.duration) ?? 0)
}

/** `00:01:30.5`, as Matroska has it for each track. */
function clockSeconds(text: string | undefined): number | null {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text ?? '') ?? []
  return seconds === undefined ? null : positive(String(Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)))
}

function isEncrypted(stream: ProbedStream): boolean {
  return ['encv', 'enca', 'drmi', 'drms'].includes(stream.codec_tag_string ?? '')
}

function pickVideo(streams: ProbedStream[]): ProbedStream {
  const pictures = streams.filter((stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic)
  if (pictures.length === 0) throw new AppError('no_video')
  const known = pictures.filter((stream) => isKnown(stream.codec_name))
  if (known.length === 0) throw unsupported(pictures[0]!)
  // A track without pictures may stand beside a good one.
  const sized = known.filter((stream) => (stream.width ?? 0) > 0 && (stream.height ?? 0) > 0)
  if (sized.length === 0) throw new AppError('no_frames')
  return best(sized, (stream) => [hasFrames(stream), stream.width! * stream.height!, stream.disposition?.default ?? 0])
}

function pickAudio(streams: ProbedStream[]): ProbedStream | null {
  const usable = usableAudio(streams)
  return usable.length === 0 ? null : best(usable, (stream) => [stream.disposition?.default ?? 0])
}

function usableAudio(streams: ProbedStream[]): ProbedStream[] {
  return streams.filter(
    (stream) =>
      stream.codec_type === 'audio' &&
      isKnown(stream.codec_name) &&
      (stream.channels ?? 0) > 0 &&
      Number(stream.sample_rate) > 0,
  )
}

function isKnown(codec: string | undefined): boolean {
  return codec !== undefined && codec !== 'unknown' && codec !== 'none'
}

function unsupported(stream: ProbedStream): AppError {
  const name = /^[A-Za-z0-9]{2,8}$/.test(stream.codec_tag_string ?? '') ? ` (${stream.codec_tag_string})` : ''
  return new AppError('codec_unsupported', `This file uses a video format we cannot decode${name}; export it as H.264.`)
}

function hasFrames(stream: ProbedStream): number {
  return stream.nb_frames === undefined ? 0 : 1
}

/** The stream whose ranks are highest, the first rank counting most; the earlier one where all are equal. */
function best(streams: ProbedStream[], rank: (stream: ProbedStream) => number[]): ProbedStream {
  return streams.reduce((winner, stream) => (isHigher(rank(stream), rank(winner)) ? stream : winner))
}

function isHigher(ranks: number[], others: number[]): boolean {
  const at = ranks.findIndex((value, index) => value !== others[index])
  return at >= 0 && ranks[at]! > others[at]!
}

function judgeVideo(stream: ProbedStream): VideoSource {
  const size = displaySize(stream)
  checkSize(size)
  const rates = [parseFraction(stream.r_frame_rate), parseFraction(stream.avg_frame_rate)] as const
  return {
    streamIndex: stream.index,
    codec: stream.codec_name!,
    profile: stream.profile ?? '',
    pixelFormat: stream.pix_fmt ?? '',
    isAvc1: stream.is_avc === 'true',
    isProgressive: stream.field_order === undefined || ['progressive', 'unknown'].includes(stream.field_order),
    displayWidth: size.width,
    displayHeight: size.height,
    hasSquarePixels: Math.abs(pixelAspect(stream) - 1) < 0.005,
    isTurned: matrixOf(stream) !== undefined,
    frameRate: chooseFrameRate(...rates),
    ownFrameRate: ownFrameRate(...rates),
    timeBase: parseFraction(stream.time_base) ?? { numerator: 1, denominator: 1_000_000 },
    startS: Number(stream.start_time) || 0,
    hdr: hdrOf(stream.color_transfer),
    isDolbyVisionOnly: isDolbyVisionOnly(stream),
    colour: readColour(stream),
  }
}

function displaySize(stream: ProbedStream): { width: number; height: number } {
  const width = Math.max(1, Math.round(stream.width! * pixelAspect(stream)))
  const height = stream.height!
  const rotation = Math.abs(Math.round(matrixOf(stream)?.rotation ?? 0)) % 180
  // Anything nearer to a quarter turn than to none or a half.
  return rotation > 45 && rotation < 135 ? { width: height, height: width } : { width, height }
}

/** A display matrix, whether it turns or only mirrors. */
function matrixOf(stream: ProbedStream) {
  return stream.side_data_list?.find((data) => data.side_data_type === 'Display Matrix')
}

function pixelAspect(stream: ProbedStream): number {
  const fraction = parseFraction(stream.sample_aspect_ratio?.replace(':', '/'))
  if (!fraction) return 1
  const aspect = fraction.numerator / fraction.denominator
  // Broken headers claim anything; no camera has pixels more than a few times as wide as high.
  return aspect > 0.1 && aspect < 10 ? aspect : 1
}

const minSide = 16
const maxSide = 8_192

function checkSize({ width, height }: { width: number; height: number }): void {
  const isTooSmall = Math.min(width, height) < minSide
  const isTooLarge = Math.max(width, height) > maxSide || width * height > maxPixels
  if (isTooSmall || isTooLarge) throw new AppError('dimensions')
}

function hdrOf(transfer: string | undefined): VideoSource['hdr'] {
  if (transfer === 'smpte2084') return 'pq'
  return transfer === 'arib-std-b67' ? 'hlg' : null
}

/** Numbers that are no brightness and colour by themselves, since the layer says that it is compatible with nothing else. */
function isDolbyVisionOnly(stream: ProbedStream): boolean {
  return stream.side_data_list?.some((data) => data.dv_bl_signal_compatibility_id === 0) ?? false
}

function judgeAudio(stream: ProbedStream | null): AudioSource | null {
  if (!stream) return null
  return {
    streamIndex: stream.index,
    codec: stream.codec_name!,
    profile: stream.profile ?? '',
    channels: stream.channels!,
    sampleRate: Number(stream.sample_rate),
    startS: Number(stream.start_time) || 0,
  }
}

function positive(text: string | undefined): number | null {
  const value = Number(text)
  return Number.isFinite(value) && value > 0 ? value : null
}
