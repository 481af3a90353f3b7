import { editShiftS } from '../mp4/edit-shift.ts'
import type { Mp4Track } from '../mp4/init-segment.ts'
import type { SegmentTimes } from '../mp4/segment-times.ts'
import { beginningDrift, endDrift } from './segment-drift.ts'
import type { Fault, MeasuredRendition } from './validate-hls-rendition.ts'

// RFC 8216bis lets durations be rounded; decode times are exact up to the ticks of a track.
const roundingS = 0.001

/** What is wrong within one rendition: lengths that are not as written, gaps, beginnings that nothing can be decoded from. */
export function timingFaults(rendition: MeasuredRendition): Fault[] {
  const { init, path, text } = rendition
  if (!init) return []
  const faults: Fault[] = []
  const longestS = Math.max(0, ...text.segments.map(({ durationS }) => durationS))
  if (Math.round(longestS) > text.targetS)
    faults.push({
      code: 'target',
      path,
      message: `a segment of ${longestS} s is longer than the target ${text.targetS}`,
    })
  if (!text.isEnded) faults.push({ code: 'no_end', path, message: 'the playlist does not end' })
  const [lead] = leadTracks(rendition)
  for (const track of init.tracks) faults.push(...continuityFaults(rendition, track))
  if (lead) faults.push(...lengthFaults(rendition, lead), ...beginningFaults(rendition, lead))
  return faults
}

/** Pictures first: where there are any, they say how long a segment is. */
export function leadTracks({ init }: MeasuredRendition): Mp4Track[] {
  const rank = { video: 0, audio: 1, other: 2 }
  return (init?.tracks ?? []).filter(({ kind }) => kind !== 'other').sort((a, b) => rank[a.kind] - rank[b.kind])
}

function timesOf(
  { segments }: MeasuredRendition,
  track: Mp4Track,
): { path: string; claimedS: number; times: SegmentTimes }[] {
  return segments.flatMap(({ path, claimedS, tracks }) => {
    const times = tracks.get(track.id)
    return times ? [{ path, claimedS, times }] : []
  })
}

function continuityFaults(rendition: MeasuredRendition, track: Mp4Track): Fault[] {
  const faults: Fault[] = []
  let endS: number | null = null
  for (const { path, times } of timesOf(rendition, track)) {
    const gapS = endS === null ? times.largestGapS : Math.max(Math.abs(times.decodeStartS - endS), times.largestGapS)
    if (gapS > roundingS)
      faults.push({ code: 'gap', path, message: `${track.kind} begins ${inMs(gapS)} beside the end before it` })
    endS = times.decodeEndS
  }
  return faults
}

/** Whether each segment ends where the playlist says, which is where the next one begins. */
function lengthFaults(rendition: MeasuredRendition, lead: Mp4Track): Fault[] {
  const faults: Fault[] = []
  const all = timesOf(rendition, lead)
  const usualS = sum(all, ({ times }) => lengthOf(times)) / sum(all, ({ times }) => times.samples)
  let saidS = 0
  for (const [index, { path, claimedS, times }] of all.entries()) {
    saidS += claimedS
    const first = all[0]!.times
    const next = all[index + 1]
    const driftS = next ? beginningDrift(first, next.times, saidS, usualS) : endDrift(first, times, saidS)
    if (driftS !== null) faults.push({ code: 'length', path, message: `ends ${beside(driftS)} the playlist says` })
  }
  return faults
}

function lengthOf({ decodeStartS, decodeEndS }: SegmentTimes): number {
  return decodeEndS - decodeStartS
}

function sum<Value>(values: Value[], of: (value: Value) => number): number {
  return values.reduce((total, value) => total + of(value), 0)
}

function beginningFaults(rendition: MeasuredRendition, lead: Mp4Track): Fault[] {
  const faults: Fault[] = []
  for (const { path, tracks, beginsWithIdr } of rendition.segments) {
    const times = tracks.get(lead.id)
    if (!times) faults.push({ code: 'empty', path, message: `holds no ${lead.kind}` })
    else if (!times.startsWithSync || beginsWithIdr === false)
      faults.push({ code: 'not_sync', path, message: 'does not begin with a picture that can be decoded alone' })
  }
  return faults
}

/** When the track is first and last seen or heard, in seconds of the presentation; null where it never is. */
export function shownSpan(
  rendition: MeasuredRendition,
  track: Mp4Track,
): { startS: number; endS: number; samples: number } | null {
  const all = timesOf(rendition, track)
  if (all.length === 0) return null
  const shiftS = editShiftS(rendition.init!, track)
  return {
    startS: all[0]!.times.shownStartS + shiftS,
    endS: Math.max(...all.slice(-2).map(({ times }) => times.shownEndS)) + shiftS,
    samples: sum(all, ({ times }) => times.samples),
  }
}

/** How far from something, and on which side. */
export function beside(driftS: number): string {
  return `${inMs(Math.abs(driftS))} ${driftS < 0 ? 'before' : 'after'}`
}

export function inMs(seconds: number): string {
  return `${(seconds * 1_000).toFixed(1)} ms`
}
