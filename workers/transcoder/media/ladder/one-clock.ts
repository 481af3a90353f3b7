import type { FfmpegOutput } from '../run/command-line.ts'
import { hasJumpingClock } from '../source/jumping-clock.ts'
import type { Source } from '../source/source.ts'

/**
 * An output of nothing, for a run that reads such a source from its beginning. There ffmpeg calls the beginning of the first
 * stream that is used 0, and pictures and sound are made by runs of their own: each would begin at 0 whichever began later.
 * This one uses all of them.
 */
export function oneClock(source: Source): FfmpegOutput[] {
  if (!hasJumpingClock(source)) return []
  return [{ target: '-', options: ['-map', '0:v?', '-map', '0:a?', '-c', 'copy', '-t', '0.001', '-f', 'null'] }]
}
