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
  reader.skip((isLong ? 12 : 8) + 16)
  const matrix = Array.from({ length: 9 }, () => reader.i32())
  const isTurned = matrix[0]! <= 0 || matrix[1] !== 0 || matrix[3] !== 0 || matrix[4]! <= 0
  return { id, isTurned, displayWidth: reader.u32() / 65_536, displayHeight: reader.u32() / 65_536 }
}

function readSampleEntry(descriptions: Buffer, handler: string) {
  // Version, flags and the number of entries come first; ours have one.
  const [entry] = boxesOf(descriptions.subarray(8))
  if (!entry) throw new Mp4Error('a track has no sample entry')
  const reader = new ByteReader(entry.body)
  reader.skip(8)
  if (handler === 'vide') return readPictureEntry(entry.type, reader)
  if (handler === 'soun') return readSoundEntry(entry.type, reader)
  const none = { width: 0, height: 0, sampleRate: 0, channels: 0 }
  return { kind: 'other' as const, codec: entry.type.trim(), config: entry.body, ...none }
}

function readPictureEntry(type: string, reader: ByteReader) {
  reader.skip(16)
  const size = { width: reader.u16(), height: reader.u16() }
  reader.skip(50)
  const config = reader.rest()
  return { kind: 'video' as const, codec: codecName(type, config), config, ...size, sampleRate: 0, channels: 0 }
}

function readSoundEntry(type: string, reader: ByteReader) {
  reader.skip(8)
  const channels = reader.u16()
  reader.skip(6)
  const sampleRate = reader.u32() / 65_536
  const config = reader.rest()
  return { kind: 'audio' as const, codec: codecName(type, config), config, width: 0, height: 0, sampleRate, channels }
}

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
