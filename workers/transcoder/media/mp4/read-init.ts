import { bodyAt, boxesOf, childrenOf, findBody } from './box.ts'
import { ByteReader } from './byte-reader.ts'
import { codecName } from './codec-name.ts'
import type { Edit, InitSegment, Mp4Track, SampleDefaults } from './init-segment.ts'
import { Mp4Error } from './mp4-error.ts'

/** Reads `init.mp4` (ISO/IEC 14496-12). Throws an Mp4Error where it is none. */
export function readInit(bytes: Buffer): InitSegment {
  const movie = bodyAt(bytes, 'moov')
  const defaults = readDefaults(findBody(movie, 'mvex'))
  const tracks = childrenOf(movie, 'trak').map(({ body }) => readTrack(body, defaults))
  return { movieTimescale: timescaleOf(bodyAt(movie, 'mvhd')), tracks }
}

/** Of `mvhd` and `mdhd`, which begin alike. */
function timescaleOf(header: Buffer): number {
  const reader = new ByteReader(header)
  const isLong = reader.u32() >>> 24 === 1
  reader.skip(isLong ? 16 : 8)
  const timescale = reader.u32()
  if (timescale === 0) throw new Mp4Error('a time scale is 0')
  return timescale
}

function readDefaults(movieExtends: Buffer | null): Map<number, SampleDefaults> {
  const defaults = new Map<number, SampleDefaults>()
  for (const { body } of movieExtends ? childrenOf(movieExtends, 'trex') : []) {
    const reader = new ByteReader(body)
    reader.skip(4)
    const trackId = reader.u32()
    reader.skip(4)
    defaults.set(trackId, { durationTicks: reader.u32(), sizeBytes: reader.u32(), flags: reader.u32() })
  }
  return defaults
}

function readTrack(track: Buffer, defaults: Map<number, SampleDefaults>): Mp4Track {
  const header = readTrackHeader(bodyAt(track, 'tkhd'))
  const media = bodyAt(track, 'mdia')
  const handler = bodyAt(media, 'hdlr').toString('latin1', 8, 12)
  const edits = findBody(track, 'edts', 'elst')
  return {
    ...header,
    ...readSampleEntry(bodyAt(media, 'minf', 'stbl', 'stsd'), handler),
    timescale: timescaleOf(bodyAt(media, 'mdhd')),
    edits: edits ? readEdits(edits) : [],
    defaults: defaults.get(header.id) ?? { durationTicks: 0, sizeBytes: 0, flags: 0 },
  }
}

function readTrackHeader(header: Buffer) {
  const reader = new ByteReader(header)
  const isLong = reader.u32() >>> 24 === 1
  reader.skip(isLong ? 16 : 8)
  const id = reader.u32()
  // Times and layers, then a matrix of nine numbers.
  reader.skip((isLong ? 12 : 8) + 16 + 36)
  return { id, displayWidth: reader.u32() / 65_536, displayHeight: reader.u32() / 65_536 }
}

function readSampleEntry(descriptions: Buffer, handler: string) {
  // Version, flags and the number of entries come first; ours have one.
  const [entry] = boxesOf(descriptions.subarray(8))
  if (!entry) throw new Mp4Error('a track has no sample entry')
  const boxes = (headBytes: number) => entry.body.subarray(headBytes)
  if (handler === 'vide') return { kind: 'video' as const, codec: codecName(entry.type, boxes(pictureHeadBytes)) }
  if (handler === 'soun') return { kind: 'audio' as const, codec: codecName(entry.type, boxes(soundHeadBytes)) }
  return { kind: 'other' as const, codec: entry.type.trim() }
}

// What sample entries hold before their boxes: sizes and rates, which the track header and the playlist tell as well.
const pictureHeadBytes = 78
const soundHeadBytes = 28

function readEdits(list: Buffer): Edit[] {
  const reader = new ByteReader(list)
  const isLong = reader.u32() >>> 24 === 1
  const count = reader.u32()
  if (count * (isLong ? 20 : 12) > reader.left) throw new Mp4Error('the edit list is cut off')
  return Array.from({ length: count }, () => {
    const durationTicks = isLong ? reader.u64() : reader.u32()
    const mediaTime = isLong ? reader.i64() : reader.i32()
    reader.skip(4)
    return { durationTicks, mediaTimeTicks: mediaTime < 0 ? null : mediaTime }
  })
}
