import type { VideoSource } from '../source/source.ts'
import { outputColour } from './colour.ts'
import { toneMapFilters } from './tone-map.ts'

/** Before anything else: half pictures of two instants, woven into one, become whole pictures. Whole ones pass as they are. */
export function weaveFilters({ isProgressive }: VideoSource): string[] {
  return isProgressive ? [] : ['bwdif=mode=send_frame:parity=auto:deint=interlaced']
}

/** After scaling: what ordinary screens show, 8 bits of 4:2:0 in limited range with square pixels, and words that say so. */
export function screenFilters(video: VideoSource, canToneMap: boolean): string[] {
  const isMapped = video.hdr !== null && canToneMap
  const { matrix, primaries, transfer } = isMapped ? bt709 : outputColour(video)
  const words = `range=limited:colorspace=${matrix}:color_primaries=${primaries}:color_trc=${transfer}`
  // Bright pictures that can't be mapped keep what the source says of them.
  const isUnmapped = video.hdr !== null && !canToneMap
  return [
    ...(isMapped ? toneMapFilters : []),
    'format=yuv420p',
    'setsar=1',
    ...(isUnmapped ? [] : [`setparams=${words}`]),
  ]
}

const bt709 = { matrix: 'bt709', primaries: 'bt709', transfer: 'bt709' }

/**
 * Options before an input of whose pictures these filters are made. Where size or format change midway, scaling takes it;
 * setting everything up again would count pictures from the beginning. Weaving can't bear it and is set up again.
 */
export function steadyInput({ isProgressive }: VideoSource): string[] {
  return isProgressive ? ['-reinit_filter:v', '0'] : []
}
