import type { Cue } from '../captions.ts'
import { captionLimits } from '../captions.ts'
import { AppError } from '../errors.ts'
import { checkCues } from './check-cues.ts'
import { cleanSettings } from './cue-settings.ts'
import { cleanCueText } from './cue-text.ts'
import { readTiming, type Timing } from './cue-time.ts'
import { decodeText } from './decode-text.ts'

/**
 * Reads an SRT or WebVTT file as people have them: with the faults that players forgive. Styles, notes, regions and names
 * of cues are left out. The cues are sorted by time. Throws `captions_unreadable`, `captions_empty`, `captions_too_large`,
 * `captions_too_many` or `captions_cue`; takes time in proportion to the file.
 */
export function parseCaptions(bytes: Uint8Array): Cue[] {
  if (bytes.length > captionLimits.bytes) throw new AppError('captions_too_large')
  const text = decodeText(bytes).replace(/^\ufeff/, '')
  const isWebVtt = /^WEBVTT(?:[ \t\r\n]|$)/.test(text)
  const found = findCues((isWebVtt ? text.slice('WEBVTT'.length) : text).split(/\r\n|\n|\r/), isWebVtt)
  if (found.length === 0) throw new AppError('captions_unreadable')
  const cues = found.map((cue) => toCue(cue, isWebVtt)).filter((cue) => cue.text !== '')
  if (cues.length === 0) throw new AppError('captions_empty')
  return checkCues(cues)
}

interface FoundCue extends Timing {
  lines: string[]
}

/** A line of times begins a cue, whether or not an empty line stands before it. */
function findCues(lines: string[], isWebVtt: boolean): FoundCue[] {
  const cues: FoundCue[] = []
  let current: FoundCue | null = null
  for (const [number, line] of lines.entries()) {
    const timing = readTiming(line)
    if (timing) {
      if (current && isNumber(lines[number - 1]!)) current.lines.pop()
      current = { ...timing, lines: [] }
      cues.push(current)
      if (cues.length > captionLimits.cues) throw new AppError('captions_too_many')
    } else if (line.trim() !== '') current?.lines.push(line)
    // In WebVTT an empty line ends the cue, and notes may follow. In SRT people leave empty lines within a text.
    else if (isWebVtt) current = null
  }
  return cues
}

/** The running number of the next cue. */
function isNumber(line: string): boolean {
  return line.length < 10 && /^\s*\d+\s*$/.test(line)
}

function toCue({ startMs, endMs, rest, lines }: FoundCue, isWebVtt: boolean): Cue {
  const text = lines.join('\n')
  const settings = isWebVtt ? cleanSettings(rest) : placeOf(text)
  return {
    startMs,
    // Some writers leave the end out by repeating the start.
    endMs: endMs > startMs ? endMs : Math.min(startMs + shownMs, captionLimits.endMs),
    text: cleanCueText(isWebVtt ? text : text.replace(/\{\\[^{}\n]{0,200}\}/g, '')),
    ...(settings && { settings }),
  }
}

const shownMs = 2_000

/** SRT knows places only by a word that it borrowed from another format: `{\an8}` is the top of the picture. */
function placeOf(text: string): string | undefined {
  const place = /\{\\an?([1-9])\}/.exec(text.slice(0, 50))?.[1]
  if (!place || place < '4') return undefined
  return place >= '7' ? 'line:0' : 'line:50%'
}
