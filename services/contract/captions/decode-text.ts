import type { CaptionEncoding } from '../captions.ts'
import { guessEncoding } from './guess-encoding.ts'

export interface DecodeHints {
  /** Chosen by somebody who looked at the text: nothing is guessed. */
  encoding?: CaptionEncoding | undefined
  language?: string | undefined
}

export interface DecodedText {
  text: string
  /** Null where the file itself tells it, or somebody chose it. */
  guessed: CaptionEncoding | null
}

/**
 * Text of a file that doesn't say how it is encoded: by its byte order mark, else as UTF-8 where it is that, else by a guess.
 * Never throws; a wrong guess is seen by whoever brings the file.
 */
export function decodeText(bytes: Uint8Array, { encoding, language }: DecodeHints = {}): DecodedText {
  const known = encoding ?? utf16Of(bytes)
  if (known) return { text: decodeAs(known, bytes), guessed: null }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), guessed: null }
  } catch {
    const guessed = guessEncoding(bytes, language)
    return { text: decodeAs(guessed, bytes), guessed }
  }
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes)
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  const zero = bytes.subarray(0, 1_000).indexOf(0)
  if (zero < 0) return null
  // Digits and line ends have one byte zero in every pair of UTF-16.
  return zero % 2 === 0 ? 'utf-16be' : 'utf-16le'
}
