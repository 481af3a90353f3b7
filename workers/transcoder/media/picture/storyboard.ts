import { type StoryboardTile, tilesPerSheet, tilesPerSide } from '#contract/storyboard.ts'
import type { FfmpegCommand } from '../run/command-line.ts'
import type { Source, VideoSource } from '../source/source.ts'
import { stillFilters } from './still-filters.ts'

export interface StoryboardPlan {
  /** One tile for each stretch of this length. */
  intervalS: number
  tileWidth: number
  tileHeight: number
  maxSheets: number
}

/** A whole storyboard weighs about as much as a few seconds of video. */
const maxTiles = 200
/** Sharp enough above a seek bar on a dense screen, and to choose a poster by. */
const longSide = 192

const intervalsS = [2, 5, 10, 15, 20, 30, 60, 120, 300, 600]
// Somebody looks for one moment in it.
const shortS = 60

export function planStoryboard(video: VideoSource, durationS: number): StoryboardPlan {
  const intervalS = durationS <= shortS ? 1 : (intervalsS.find((length) => durationS / length <= maxTiles) ?? 600)
  const shrink = longSide / Math.max(video.displayWidth, video.displayHeight)
  return {
    intervalS,
    tileWidth: even(video.displayWidth * shrink),
    tileHeight: even(video.displayHeight * shrink),
    // One more, since the length was told by a header and may be a little wrong.
    maxSheets: Math.ceil((durationS / intervalS + 1) / tilesPerSheet) + 1,
  }
}

/** In the job's folder: when each tile was seen. */
export const tileTimesName = 'tile-times'

/**
 * Writes `<folder>/0.jpg`, `1.jpg` … and when their tiles were seen. Of each stretch the first picture is taken; of
 * keyframes only, where asked: that costs a fraction, and a stretch without a keyframe gets no tile.
 */
export function storyboardCommand(
  source: Source,
  plan: StoryboardPlan,
  folder: string,
  how: { isKeyframesOnly: boolean; canToneMap: boolean },
): FfmpegCommand {
  const { intervalS, tileWidth, tileHeight, maxSheets } = plan
  const stretch = (time: string) => `floor(${time}/${intervalS})`
  const filters = [
    `select='isnan(prev_selected_t)+gt(${stretch('t')},${stretch('prev_selected_t')})'`,
    // Only what has some metadata is printed.
    'metadata=mode=add:key=tile:value=1',
    `metadata=mode=print:file=${tileTimesName}`,
    ...stillFilters(source.video, { width: tileWidth, height: tileHeight }, how.canToneMap),
    `tile=${tilesPerSide}x${tilesPerSide}`,
  ]
  return {
    input: how.isKeyframesOnly ? ['-skip_frame', 'nokey'] : [],
    outputs: [
      {
        target: `${folder}/%d.jpg`,
        options: [
          ...['-map', `0:${source.video.streamIndex}`, '-vf', filters.join(','), '-fps_mode', 'passthrough'],
          ...['-frames:v', String(maxSheets), '-map_metadata', '-1', '-c:v', 'mjpeg', '-q:v', '5'],
          ...['-f', 'image2', '-start_number', '0'],
        ],
      },
    ],
  }
}

/** The times in what ffmpeg wrote, in seconds; pictures before the start of the time count as its start. */
export function readTileTimes(text: string): number[] {
  return [...text.matchAll(/pts_time:(-?[\d.]+)/g)].map(([, seconds]) => Math.max(0, Number(seconds)))
}

/** Whether no moment is further from the last tile before it than two stretches. */
export function isDense(timesS: number[], plan: StoryboardPlan, durationS: number): boolean {
  const ends = [...timesS.slice(1), durationS]
  return timesS.length > 0 && ends.every((end, index) => end - timesS[index]! <= 2 * plan.intervalS + 0.1)
}

/** Whether a storyboard of this length is wrong for what is published; nobody knows while that has no length yet (0). */
export function isOtherLength(storyboardMs: number, publishedMs: number): boolean {
  return publishedMs > 0 && Math.abs(storyboardMs - publishedMs) > Math.max(1_000, publishedMs * 0.02)
}

/** Each tile from the moment it was seen to the next; the first from the very start. */
export function tilesOf(timesS: number[], plan: StoryboardPlan, durationS: number): StoryboardTile[] {
  return timesS.map((startS, index) => {
    const place = index % tilesPerSheet
    const endS = timesS[index + 1] ?? Math.max(durationS, startS + 0.1)
    return {
      startMs: index === 0 ? 0 : Math.round(startS * 1_000),
      endMs: Math.round(endS * 1_000),
      image: `${Math.floor(index / tilesPerSheet)}.jpg`,
      x: (place % tilesPerSide) * plan.tileWidth,
      y: Math.floor(place / tilesPerSide) * plan.tileHeight,
      width: plan.tileWidth,
      height: plan.tileHeight,
    }
  })
}

function even(side: number): number {
  return Math.max(2, Math.round(side / 2) * 2)
}
