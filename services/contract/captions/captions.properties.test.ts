import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Cue, captionLimits } from '../captions.ts'
import { AppError } from '../errors.ts'
import { cleanCues } from './check-cues.ts'
import { cleanCueText } from './cue-text.ts'
import { parseCaptions } from './parse-captions.ts'
import { writeSrt, writeWebVtt } from './write-captions.ts'

const pieces = [
  ...['<i>', '</i>', '<b', '>', '<', '&', '&lt;', '&amp;', '&#60;', '&#x3e;', '<v Ann>', '</v>', '<c.red.x>', '</c>'],
  ...['-->', '00:01.000 --> 00:02.000', '\n', '\n\n', '\r', ' ', '1', 'NOTE', 'STYLE', 'WEBVTT', '\u00a0', '\u2028'],
  ...['<img src=x onerror=alert(1)>', '<a[b]>', '<ruby>', '<00:01.500>', '{\\an8}', '\u0000', '\ud800', '你好', 'x;'],
]
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
const settings = fc.constantFrom(undefined, 'line:0', 'line:10% align:start', 'size:50%', 'junk:1')
const cue = fc
  .record({
    startMs: fc.nat(captionLimits.endMs - 10_000),
    length: fc.integer({ min: 1, max: 9_999 }),
    text: text.filter((one) => cleanCueText(one) !== ''),
    settings,
  })
  .map(
    ({ startMs, length, text, settings }): Cue => ({
      startMs,
      endMs: startMs + length,
      text,
      ...(settings && { settings }),
    }),
  )
const cues = fc.array(cue, { minLength: 1, maxLength: 12 })

const bytesOf = (written: string) => new TextEncoder().encode(written)

describe('captions that were cleaned', () => {
  test('are the same after they were written as WebVTT and read again', () => {
    fc.assert(
      fc.property(cues, (raw) => {
        const clean = cleanCues(raw)
        expect(parseCaptions(bytesOf(writeWebVtt(clean)))).toEqual(clean)
      }),
      { numRuns: 400 },
    )
  })

  test('are the same when they are cleaned again', () => {
    fc.assert(
      fc.property(cues, (raw) => {
        const clean = cleanCues(raw)
        expect(cleanCues(clean)).toEqual(clean)
      }),
      { numRuns: 400 },
    )
  })

  test('can be read again from SRT too, with as many cues', () => {
    fc.assert(
      fc.property(cues, (raw) => {
        // What SRT players take for commands can't be written in SRT as text.
        const clean = cleanCues(raw).filter((one) => !one.text.includes('{\\'))
        fc.pre(clean.length > 0)
        expect(parseCaptions(bytesOf(writeSrt(clean)))).toHaveLength(clean.length)
      }),
    )
  })

  test('hold no markup as WebVTT but the five kinds, whatever they were made of', () => {
    fc.assert(
      fc.property(cues, (raw) => {
        const written = writeWebVtt(cleanCues(raw))
        for (const [tag] of written.replaceAll(' --> ', '').matchAll(/<[^>]*>?|>/g))
          expect(tag).toMatch(/^<(?:\/?[ibu]|\/[cv]|v [^<>\n]+|c(?:\.(?:bg_)?[a-z]+)+)>$/)
        expect(written).not.toMatch(/^(?:STYLE|REGION|NOTE)$.*-->/m)
      }),
      { numRuns: 400 },
    )
  })
})

describe('any bytes', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 80 }).map((parts) => bytesOf(parts.join('\n'))),
  )

  test('are read, or refused with a code and a sentence', () => {
    fc.assert(
      fc.property(anything, (bytes) => {
        try {
          expect(cleanCues(parseCaptions(bytes)).length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
          expect((error as AppError).code).toMatch(/^captions_/)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  // Work that grows with the square of the file would take minutes for these, more than these tests are given even on a busy machine.
  test.each([
    ['<'],
    ['<i '],
    ['<v a'],
    ['&#1'],
    ['&'],
    ['<b>'],
    ['<c.red>'],
    ['<i.x'],
    ['{\\an'],
    ['-->'],
    ['0:'],
    ['\n'],
    ['1\n'],
    [' '],
    ['\t\n'],
    ['<i>\n'],
    ['00:00:00.000 --> '],
  ])(
    'a megabyte of %j is over in no time',
    (piece) => {
      const body = piece.repeat(Math.floor(999_900 / piece.length))
      for (const head of ['', '00:01.000 --> 00:02.000\n', 'WEBVTT\n\n00:01.000 --> 00:02.000\n']) {
        try {
          parseCaptions(bytesOf(head + body))
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }
    },
    20_000,
  )
})
