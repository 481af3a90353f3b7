import { type CaptionEncoding, type Cue, captionLimits } from '../captions.ts'
import { AppError } from '../errors.ts'
import { checkCues } from './check-cues.ts'
import { cleanSettings } from './cue-settings.ts'
import { cleanCueText } from './cue-text.ts'
import { type DecodeHints, decodeText } from './decode-text.ts'
import { type FoundCue, findCues } from './find-cues.ts'

export interface CaptionFile {
  cues: Cue[]
  /** How the bytes were read, where nobody said how; null where that is sure. */
  guessedEncoding: CaptionEncoding | null
  /** Lines that are to tell times and can't be read; what stands beneath them is left out. */
  leftOutLines: number[]
  /** Lines with an end before the start; these cues are shown for two seconds. */
  reversedLines: number[]
}

/**
 * Reads an SRT or WebVTT file as people have them: with the faults that players forgive. Styles, notes, regions and names
 * of cues are left out. The cues are sorted by time. Throws `captions_no_file`, `captions_unreadable`, `captions_times`,
 * `captions_no_text`, `captions_too_large`, `captions_too_many` or `captions_cue`; takes time in proportion to the file.
 */
export function readCaptionFile(bytes: Uint8Array, hints: DecodeHints = {}): CaptionFile {
  if (bytes.length > captionLimits.bytes) throw new AppError('captions_too_large')
  const decoded = decodeText(bytes, hints)
  const text = decoded.text.replace(/^\ufeff/, '')
  if (text.trim() === '') throw new AppError('captions_no_file')
  const isWebVtt = /^WEBVTT(?:[ \t\r\n]|$)/.test(text)
  const lines = (isWebVtt ? text.slice('WEBVTT'.length) : text).split(/\r\n|\n|\r/)
  const { found, leftOutLines } = findCues(lines, isWebVtt)
  const reversedLines = found.filter(({ startMs, endMs }) => endMs < startMs).map(({ line }) => line)
  requireMostlyRight(leftOutLines, reversedLines, found.length)
  const cues = found.map((cue) => toCue(cue, isWebVtt)).filter((cue) => cue.text !== '')
  if (cues.length === 0) throw new AppError('captions_no_text')
  return { cues: checkCues(cues), guessedEncoding: decoded.guessed, leftOutLines, reversedLines }
}

// A person mends some lines; a program that wrote more of them wrong is to be asked for another file.
const mostFaultyLines = 100

function requireMostlyRight(leftOut: number[], reversed: number[], foundCount: number): void {
  if (foundCount === 0 && leftOut.length === 0) throw new AppError('captions_unreadable')
  if (foundCount > 0 && leftOut.length + reversed.length <= mostFaultyLines) return
  const line = Math.min(leftOut[0] ?? Number.POSITIVE_INFINITY, reversed[0] ?? Number.POSITIVE_INFINITY)
  throw new AppError(
    'captions_times',
    `Line ${line} and others tell times that can’t be used; write each as 00:01:02,500 --> 00:01:04,000.`,
  )
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
