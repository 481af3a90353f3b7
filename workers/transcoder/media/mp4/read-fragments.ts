import { bodyAt, childrenOf } from './box.ts'
import { ByteReader } from './byte-reader.ts'
import type { InitSegment, SampleDefaults } from './init-segment.ts'
import { Mp4Error } from './mp4-error.ts'

/** The samples of one track in one fragment. */
export interface TrackFragment {
  trackId: number
  /** Decode time of the first sample, in ticks of the track. */
  decodeTimeTicks: number
  samples: Sample[]
  /** Where the first sample's bytes begin in the segment; null where the fragment doesn't say it from its own start. */
  dataStart: number | null
}

export interface Sample {
  durationTicks: number
  sizeBytes: number
  isSync: boolean
  /** From decode time to the time it is shown. */
  compositionOffsetTicks: number
}

/**
 * The fragments of a media segment in order (ISO/IEC 14496-12), all tracks of one after those of another.
 * `init` supplies what fragments leave to defaults. Throws an Mp4Error on anything else.
 */
export function readFragments(bytes: Buffer, init: Pick<InitSegment, 'tracks'>): TrackFragment[] {
  return childrenOf(bytes, 'moof').flatMap(({ start, body }) =>
    childrenOf(body, 'traf').map((track) => readTrackFragment(track.body, start, init)),
  )
}

function readTrackFragment(body: Buffer, moofStart: number, init: Pick<InitSegment, 'tracks'>): TrackFragment {
  const { trackId, isFromMoof, defaults } = readHeader(bodyAt(body, 'tfhd'), init)
  const runs = childrenOf(body, 'trun').map((run) => readRun(run.body, defaults))
  const offset = runs[0]?.dataOffset ?? null
  return {
    trackId,
    decodeTimeTicks: readDecodeTime(bodyAt(body, 'tfdt')),
    samples: runs.flatMap((run) => run.samples),
    dataStart: isFromMoof && offset !== null ? moofStart + offset : null,
  }
}

function readHeader(header: Buffer, init: Pick<InitSegment, 'tracks'>) {
  const reader = new ByteReader(header)
  const flags = reader.u32()
  const trackId = reader.u32()
  const track = init.tracks.find((candidate) => candidate.id === trackId)
  if (!track) throw new Mp4Error(`a fragment is of track ${trackId}, which the init segment does not know`)
  if (flags & 0x1) reader.skip(8)
  if (flags & 0x2) reader.skip(4)
  const defaults: SampleDefaults = {
    durationTicks: flags & 0x8 ? reader.u32() : track.defaults.durationTicks,
    sizeBytes: flags & 0x10 ? reader.u32() : track.defaults.sizeBytes,
    flags: flags & 0x20 ? reader.u32() : track.defaults.flags,
  }
  return { trackId, defaults, isFromMoof: (flags & 0x1) === 0 && (flags & 0x2_0000) !== 0 }
}

function readDecodeTime(body: Buffer): number {
  const reader = new ByteReader(body)
  return reader.u32() >>> 24 === 1 ? reader.u64() : reader.u32()
}

// A run may claim four thousand million samples without a byte for any; a segment of ours has hundreds.
const maxSamplesPerRun = 1_000_000

function readRun(body: Buffer, defaults: SampleDefaults) {
  const reader = new ByteReader(body)
  const versionAndFlags = reader.u32()
  const has = (flag: number) => (versionAndFlags & flag) !== 0
  const isSigned = versionAndFlags >>> 24 > 0
  const count = reader.u32()
  if (count > maxSamplesPerRun) throw new Mp4Error(`a run claims ${count} samples`)
  const dataOffset = has(0x1) ? reader.i32() : null
  const firstFlags = has(0x4) ? reader.u32() : null
  const samples: Sample[] = []
  for (let index = 0; index < count; index++) {
    const durationTicks = has(0x100) ? reader.u32() : defaults.durationTicks
    const sizeBytes = has(0x200) ? reader.u32() : defaults.sizeBytes
    const own = has(0x400) ? reader.u32() : defaults.flags
    const flags = index === 0 && firstFlags !== null ? firstFlags : own
    const compositionOffsetTicks = has(0x800) ? (isSigned ? reader.i32() : reader.u32()) : 0
    samples.push({ durationTicks, sizeBytes, isSync: (flags & isNonSync) === 0, compositionOffsetTicks })
  }
  return { dataOffset, samples }
}

const isNonSync = 0x1_0000
