import type { Variant } from './media/hls/master-playlist.ts'
import type { FfmpegCommand } from './media/run/command-line.ts'

/** How a first version is made, and when there is enough of it to begin with. */
export interface FirstWay {
  part: 'remux' | 'first'
  command: FfmpegCommand
  segmentsToBegin: number
  /** How much video that is, about; only to tell how long it takes. */
  secondsToBegin: number
  leastTargetS: number
  needsPoster: boolean
  variant: Pick<Variant, 'width' | 'height' | 'framesPerSecond'> & { soundCodecs: string[] }
}
