import { captionLimits } from '../captions.ts'
import { AppError } from '../errors.ts'
import { looksLikeTiming, readTiming, type Timing } from './cue-time.ts'

export interface FoundCue extends Timing {
  /** The number of its line of times in the file, from 1. */
  line: number
  lines: string[]
}

export interface FoundCues {
  found: FoundCue[]
  /** Lines that are to tell times and can't be read. Nothing of their cues is among those that were found. */
  leftOutLines: number[]
}

/** A line of times begins a cue, whether or not an empty line stands before it. Throws `captions_too_many`. */
export function findCues(lines: readonly string[], isWebVtt: boolean): FoundCues {
  const found: FoundCue[] = []
  const leftOutLines: number[] = []
  let current: { lines: string[] } | null = null
  for (const [index, line] of lines.entries()) {
    const timing = readTiming(line)
    if (timing || looksLikeTiming(line)) {
      if (current && isNumber(lines[index - 1]!)) current.lines.pop()
      current = { lines: [] }
      if (timing) found.push({ ...timing, line: index + 1, lines: current.lines })
      else leftOutLines.push(index + 1)
      if (found.length > captionLimits.cues) throw new AppError('captions_too_many')
    } else if (line.trim() !== '') current?.lines.push(line)
    // In WebVTT an empty line ends the cue, and notes may follow. In SRT people leave empty lines within a text.
    else if (isWebVtt) current = null
  }
  return { found, leftOutLines }
}

/** The running number of the next cue. */
function isNumber(line: string): boolean {
  return line.length < 10 && /^\s*\d+\s*$/.test(line)
}
