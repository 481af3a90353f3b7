import { findBody } from './box.ts'
import { ByteReader } from './byte-reader.ts'
import { Mp4Error } from './mp4-error.ts'

/**
 * The name that a playlist gives a codec (RFC 6381), such as `avc1.64001f`, from a sample entry's type and the boxes in it.
 * Sample entries of other codecs are named by their type alone.
 */
export function codecName(type: string, boxes: Buffer): string {
  const name = namers[type]
  return name ? name(type, boxes) : type.trim()
}

const namers: Record<string, (type: string, boxes: Buffer) => string> = {
  avc1: avc,
  avc3: avc,
  hvc1: hevc,
  hev1: hevc,
  av01: av1,
  mp4a: aac,
  Opus: () => 'opus',
}

function configOf(boxes: Buffer, type: string): ByteReader {
  const body = findBody(boxes, type)
  if (!body) throw new Mp4Error(`the sample entry holds no ${type}`)
  return new ByteReader(body)
}

/** ISO/IEC 14496-15: version 1, then profile, constraints and level. */
function avc(type: string, boxes: Buffer): string {
  const config = configOf(boxes, 'avcC')
  if (config.u8() !== 1) throw new Mp4Error('avcC has an unknown version')
  return `${type}.${config.bytes(3).toString('hex')}`
}

/** ISO/IEC 14496-15, annex E. */
function hevc(type: string, boxes: Buffer): string {
  const config = configOf(boxes, 'hvcC')
  config.skip(1)
  const first = config.u8()
  const space = ['', 'A', 'B', 'C'][first >> 6]
  const tier = first & 0x20 ? 'H' : 'L'
  const compatibility = reverseBits(config.u32()).toString(16)
  const constraints = [...config.bytes(6)]
  while (constraints.at(-1) === 0) constraints.pop()
  const parts = [type, `${space}${first & 0x1f}`, compatibility, `${tier}${config.u8()}`]
  return [...parts, ...constraints.map((byte) => byte.toString(16).toUpperCase())].join('.')
}

function reverseBits(value: number): number {
  let reversed = 0
  for (let bit = 0; bit < 32; bit++) reversed = (reversed << 1) | ((value >>> bit) & 1)
  return reversed >>> 0
}

/** "Codecs parameter string" of the AV1 codec ISO media file format binding. */
function av1(type: string, boxes: Buffer): string {
  const config = configOf(boxes, 'av1C')
  config.skip(1)
  const [second, third] = [config.u8(), config.u8()]
  const level = String(second & 0x1f).padStart(2, '0')
  const isHighBitDepth = (third & 0x40) !== 0
  const bits = isHighBitDepth ? ((third & 0x20) !== 0 ? '12' : '10') : '08'
  return `${type}.${second >> 5}.${level}${third & 0x80 ? 'H' : 'M'}.${bits}`
}

/** ISO/IEC 14496-1: descriptors in descriptors, of which the innermost begins with the kind of AAC. */
function aac(type: string, boxes: Buffer): string {
  const esds = configOf(boxes, 'esds')
  esds.skip(4)
  const stream = descriptor(esds, 3)
  stream.skip(2)
  const flags = stream.u8()
  if (flags & 0x80) stream.skip(2)
  if (flags & 0x40) stream.skip(stream.u8())
  if (flags & 0x20) stream.skip(2)
  const decoder = descriptor(stream, 4)
  const objectType = decoder.u8()
  if (objectType !== 0x40) return `${type}.${objectType.toString(16)}`
  decoder.skip(12)
  const config = descriptor(decoder, 5)
  const first = config.u8()
  const audioType = first >> 3
  return `${type}.40.${audioType === 31 ? 32 + (((first & 7) << 3) | (config.u8() >> 5)) : audioType}`
}

function descriptor(reader: ByteReader, tag: number): ByteReader {
  if (reader.u8() !== tag) throw new Mp4Error(`esds lacks descriptor ${tag}`)
  let length = 0
  // Four bytes of seven bits at most.
  for (let step = 0; step < 4; step++) {
    const byte = reader.u8()
    length = (length << 7) | (byte & 0x7f)
    if (!(byte & 0x80)) break
  }
  return new ByteReader(reader.bytes(length))
}
