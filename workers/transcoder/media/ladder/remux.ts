import type { MediaPlaylist } from '../hls/media-playlist.ts'
import type { FfmpegCommand } from '../run/command-line.ts'
import type { AudioSource, Source } from '../source/source.ts'
import { growing } from './first-rendition.ts'
import { hlsOutput } from './hls-arguments.ts'
import { segmentSeconds } from './segment-seconds.ts'

/** A phone's best picture; more than this stalls on most lines and is better waited for. */
const maxBitsPerSecond = 25_000_000

/** Longer segments make seeking and starting slow; they come from sources with few keyframes. */
export const longestSegmentS = 12

// Ahead or behind by less than three pictures nobody notices; more would need the sound cut or filled.
const maxStartDifferenceS = 0.1

const remuxContainers = /mov|mp4|matroska|flv/

/** Whether the pictures can be given to browsers as they are. Turned ones can't: players disagree about the turning. */
export function canRemux({ container, video, audio, bitsPerSecond }: Source): boolean {
  return (
    video.codec === 'h264' &&
    /^(Constrained Baseline|Baseline|Main|High)$/.test(video.profile) &&
    ['yuv420p', 'yuvj420p'].includes(video.pixelFormat) &&
    video.isAvc1 &&
    video.isProgressive &&
    video.hasSquarePixels &&
    !video.isTurned &&
    !video.hdr &&
    remuxContainers.test(container) &&
    bitsPerSecond <= maxBitsPerSecond &&
    (!audio || Math.abs(audio.startS - video.startS) <= maxStartDifferenceS)
  )
}

/**
 * Notes that stand between the pictures: cameras write dates and places there, encoders their settings. Captions of
 * television are among them and go too; beginnings of pictures are told by the container.
 */
const withoutNotes = 'filter_units=remove_types=6'

/**
 * Each picture lasts until the next is decoded. Matroska tells one length for all, and where a picture is held the muxer
 * would begin the next segment that much too early.
 */
const trueDurations = 'setts=pts=PTS:dts=DTS:duration=if(gt(NEXT_DTS\\,DTS)\\,NEXT_DTS-DTS\\,DURATION)'

/** Else the first picture of a segment is put where the one before ends, in favour of an index that nobody reads. */
const trueBeginnings = ['-hls_segment_options', 'movflags=+skip_sidx']

/** Pictures copied, sound copied where it is AAC already; picture and sound together in `<root>/all/`. */
export function remuxCommand({ video, audio }: Source, root: string, limits: { maxDurationS: number }): FfmpegCommand {
  const sound = audio ? ['-map', `0:${audio.streamIndex}`, ...soundOptions(audio)] : []
  const filters = `${withoutNotes},${trueDurations}`
  const options = ['-map', `0:${video.streamIndex}`, '-c:v', 'copy', '-bsf:v', filters, ...sound, ...trueBeginnings]
  return { outputs: [growing(hlsOutput(`${root}/all`, limits, segmentSeconds, options))] }
}

function soundOptions(audio: AudioSource): string[] {
  const canCopy = audio.codec === 'aac' && audio.profile === 'LC' && audio.channels <= 2
  return canCopy ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '128k', '-ac', '2', '-ar', '48000']
}

/** Judged by what there is of it: a later segment that is longer stays. */
export function isWorthPublishing(playlist: MediaPlaylist): boolean {
  return playlist.segments.length > 0 && playlist.segments.every((segment) => segment.durationS <= longestSegmentS)
}
