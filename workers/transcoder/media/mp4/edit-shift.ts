import type { InitSegment, Mp4Track } from './init-segment.ts'

/** By how many seconds the edit list moves what is shown: pauses push back, a beginning inside the media pulls forward. */
export function editShiftS(
  init: Pick<InitSegment, 'movieTimescale'>,
  track: Pick<Mp4Track, 'timescale' | 'edits'>,
): number {
  let pauseTicks = 0
  for (const { durationTicks, mediaTimeTicks } of track.edits) {
    if (mediaTimeTicks !== null) return pauseTicks / init.movieTimescale - mediaTimeTicks / track.timescale
    pauseTicks += durationTicks
  }
  return pauseTicks / init.movieTimescale
}
