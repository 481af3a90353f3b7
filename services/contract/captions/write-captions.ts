import { type Cue, captionLimits } from '../captions.ts'
import { AppError } from '../errors.ts'
import { srtText, webVttText } from './cue-text.ts'
import { writeTime } from './cue-time.ts'

/** Our own WebVTT of clean cues; reading it gives the same cues. Throws `captions_too_large`. */
export function writeWebVtt(cues: readonly Cue[]): string {
  const blocks = cues.map(({ startMs, endMs, text, settings }) => {
    const times = `${writeTime(startMs)} --> ${writeTime(endMs)}`
    return `${settings ? `${times} ${settings}` : times}\n${webVttText(text)}\n`
  })
  const written = ['WEBVTT\n', ...blocks].join('\n')
  if (new TextEncoder().encode(written).length > captionLimits.bytes) throw new AppError('captions_too_large')
  return written
}

/** For programs that know nothing newer. Speakers become words, colours are lost. */
export function writeSrt(cues: readonly Cue[]): string {
  return cues
    .map(
      ({ startMs, endMs, text }, index) =>
        `${index + 1}\r\n${writeTime(startMs, ',')} --> ${writeTime(endMs, ',')}\r\n${srtText(text).replaceAll('\n', '\r\n')}\r\n`,
    )
    .join('\r\n')
}
