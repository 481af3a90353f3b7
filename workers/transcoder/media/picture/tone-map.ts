/**
 * HDR (PQ or HLG, BT.2020) to what ordinary screens show (BT.709). ITU-R BT.2408 puts white at 203 cd/m², which becomes 1 here;
 * what is brighter, up to the 1,000 cd/m² that such pictures are made for, is squeezed into what is left above it. Mobius
 * leaves darker tones as they are: the middle grey of HDR becomes the middle grey of SDR and white 85 % (measured; hable made
 * it 62 %, which looks grey). Runs after scaling: linear light in 32-bit floats is costly per pixel.
 */
export const toneMapFilters: readonly string[] = [
  // Some files name their transfer and nothing else; PQ and HLG come in BT.2020 only.
  'setparams=color_primaries=bt2020:colorspace=bt2020nc',
  'zscale=transfer=linear:npl=203',
  'format=gbrpf32le',
  'zscale=primaries=bt709',
  'tonemap=mobius:desat=0:peak=4.93',
  'zscale=transfer=bt709:matrix=bt709:range=tv',
]
