/** `avc1.PPCCLL` (RFC 6381) from the decoder configuration inside an init segment. Throws where there is none. */
export function avcCodec(init: Buffer): string {
  const at = init.indexOf('avcC')
  // Version 1, then profile, constraints and level (ISO/IEC 14496-15).
  if (at < 0 || init[at + 4] !== 1) throw new Error('The init segment holds no H.264 configuration.')
  return `avc1.${init.toString('hex', at + 5, at + 8)}`
}

/** AAC-LC: what we encode, and the only kind that is copied. */
export const aacCodec = 'mp4a.40.2'
