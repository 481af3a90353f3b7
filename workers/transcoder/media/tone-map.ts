/**
 * HDR (PQ or HLG, BT.2020) to what ordinary screens show (BT.709). 203 cd/m² is the white of ITU-R BT.2408.
 * Runs after scaling: linear light in 32-bit floats is costly per pixel.
 */
export const toneMapFilters: readonly string[] = [
  'zscale=transfer=linear:npl=203',
  'format=gbrpf32le',
  'zscale=primaries=bt709',
  'tonemap=hable:desat=0',
  'zscale=transfer=bt709:matrix=bt709:range=tv',
]
