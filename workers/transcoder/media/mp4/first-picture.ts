/**
 * Whether an H.264 sample, of whose bytes this is the beginning, is one that decoding can begin with whatever came before
 * (IDR). Null where its first slice lies beyond the given bytes. Lengths before the units have four bytes.
 */
export function beginsWithIdr(sample: Buffer): boolean | null {
  for (let at = 0; at + 5 <= sample.length; ) {
    const length = sample.readUInt32BE(at)
    const unit = sample[at + 4]! & 0x1f
    if (unit === idr) return true
    // The slices of any other picture.
    if (unit >= 1 && unit <= 4) return false
    if (length === 0) return false
    at += 4 + length
  }
  return null
}

const idr = 5
