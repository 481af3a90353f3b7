import { Mp4Error } from './mp4-error.ts'

/**
 * The boxes before the first media data of a segment, from its first bytes: enough to know every sample of a segment of one
 * fragment. Null where more bytes are needed, be it that the boxes go on or that further fragments follow the data.
 */
export function segmentHead(bytes: Buffer, sizeBytes: number): Buffer | null {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'mdat') {
      const reachesEnd = size === 0 || at + size === sizeBytes
      return reachesEnd ? bytes.subarray(0, at) : null
    }
    if (size < 8) throw new Mp4Error(`box at ${at} of a segment is smaller than its own header`)
    at += size
  }
  return null
}
