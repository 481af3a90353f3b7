import type { FfmpegCommand } from '../run/command-line.ts'
import type { Source } from '../source/source.ts'
import { sinks } from './av1-arguments.ts'
import type { Ladder } from './choose-ladder.ts'
import type { PicturePart } from './choose-parts.ts'
import { partOf } from './hls-arguments.ts'

/**
 * Compares files of the folder with the pictures they were made of: the ladder's last rendition, as it went into the
 * encoder. Writes a line per picture into `ssim-<index>.log`.
 */
export function ssimCommand(
  source: Source,
  ladder: Ladder,
  part: PicturePart & { frames: number },
  files: string[],
  { canToneMap }: { canToneMap: boolean },
): FfmpegCommand {
  const { input, filterGraph, clock } = partOf(source, ladder, part, canToneMap)
  const { numerator, denominator } = ladder.frameRate
  // By their numbers and not by their times, which begin elsewhere in a part that was cut out.
  const counted = `trim=end_frame=${part.frames},settb=${denominator}/${numerator},setpts=N`
  const name = ladder.renditions.at(-1)!.name
  const references = files.map((_, index) => `[reference${index}]`).join('')
  const graph = [
    filterGraph,
    ...sinks(ladder),
    `[${name}]${counted},split=${files.length}${references}`,
    ...files.map((_, index) => `[${index + 1}:v]${counted},format=yuv420p[made${index}]`),
    ...files.map(
      (_, index) => `[made${index}][reference${index}]ssim=stats_file=${ssimLog(index)}:shortest=1[out${index}]`,
    ),
  ]
  return {
    input,
    moreSources: files,
    filterGraph: graph.join(';'),
    outputs: [
      ...files.map((_, index) => ({ target: '-', options: ['-map', `[out${index}]`, '-f', 'null'] })),
      ...clock,
    ],
  }
}

export function ssimLog(index: number): string {
  return `ssim-${index}.log`
}

/** The mean of the pictures' brightness, which is what eyes compare; 1 is the same picture. Null without a picture. */
export function readSsim(log: string): number | null {
  const values = [...log.matchAll(/ Y:([\d.]+)/g)].map((match) => Number(match[1]))
  return values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : null
}
