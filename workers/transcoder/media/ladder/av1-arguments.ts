import type { FfmpegCommand } from '../run/command-line.ts'
import type { Source } from '../source/source.ts'
import type { Ladder } from './choose-ladder.ts'
import { type PicturePart, startOf } from './choose-parts.ts'
import { gridOptions, hlsOutput, offsetOptions, type PartPlace, partOf } from './hls-arguments.ts'

/** Of SVT-AV1's presets the slowest that keeps up with 1080p on four cores; slower ones save a few percent more. */
const preset = 8

/** What is made small: a ladder that ends with the rendition in question, so that it is scaled as its H.264 was. */
export interface Av1Options {
  rateFactor: number
  threads: number
  canToneMap: boolean
  maxDurationS: number
}

/** One part of the ladder's last rendition as AV1, cut at the same instants, in `<root>/<folder>/`. */
export function av1Command(
  source: Source,
  ladder: Ladder,
  part: PicturePart,
  place: PartPlace & { folder: string },
  { rateFactor, threads, canToneMap, maxDurationS }: Av1Options,
): FfmpegCommand {
  const startS = startOf(part, ladder.frameRate)
  const { input, filterGraph, clock } = partOf(source, ladder, part, canToneMap)
  const picture = [
    ...['-map', `[${ladder.renditions.at(-1)!.name}]`],
    ...['-c:v', 'libsvtav1', '-preset', String(preset), '-crf', String(rateFactor), '-g', '9999'],
    // Without the switch it takes no keyframes but its own.
    ...['-svtav1-params', `enable-force-key-frames=1:scd=0:lp=${threads}`],
    ...[...gridOptions(part), ...offsetOptions(part, startS)],
  ]
  return {
    input,
    filterGraph: [filterGraph, ...sinks(ladder)].join(';'),
    outputs: [
      hlsOutput(`${place.root}/${place.folder}`, { maxDurationS: maxDurationS - startS }, 1, picture, place.prefix),
      ...clock,
    ],
  }
}

/** For the renditions above, which are only on the way. */
export function sinks({ renditions }: Ladder): string[] {
  return renditions.slice(0, -1).map(({ name }) => `[${name}]nullsink`)
}
