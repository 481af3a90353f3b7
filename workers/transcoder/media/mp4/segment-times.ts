import type { Mp4Track } from './init-segment.ts'
import type { TrackFragment } from './read-fragments.ts'

/** What the fragments of one segment say about one track. Times in seconds of the track's own clock, before edit lists. */
export interface SegmentTimes {
  decodeStartS: number
  /** Where the next segment's decode time must be. */
  decodeEndS: number
  /** The first and the last instant of which something is shown or heard. */
  shownStartS: number
  shownEndS: number
  samples: number
  startsWithSync: boolean
  /** Between the fragments of the segment: how far each begins after the end of the one before; 0 where they join. */
  largestGapS: number
}

/** Null where the segment holds nothing of the track. */
export function segmentTimes(
  track: Pick<Mp4Track, 'id' | 'timescale'>,
  fragments: TrackFragment[],
): SegmentTimes | null {
  const own = fragments.filter(({ trackId, samples }) => trackId === track.id && samples.length > 0)
  const [first] = own
  if (!first) return null
  let [end, gap, samples] = [first.decodeTimeTicks, 0, 0]
  let [shownStart, shownEnd] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const fragment of own) {
    gap = Math.max(gap, Math.abs(fragment.decodeTimeTicks - end))
    end = fragment.decodeTimeTicks
    for (const { durationTicks, compositionOffsetTicks } of fragment.samples) {
      shownStart = Math.min(shownStart, end + compositionOffsetTicks)
      shownEnd = Math.max(shownEnd, end + compositionOffsetTicks + durationTicks)
      end += durationTicks
      samples++
    }
  }
  return {
    decodeStartS: first.decodeTimeTicks / track.timescale,
    decodeEndS: end / track.timescale,
    shownStartS: shownStart / track.timescale,
    shownEndS: shownEnd / track.timescale,
    samples,
    startsWithSync: first.samples[0]!.isSync,
    largestGapS: gap / track.timescale,
  }
}
