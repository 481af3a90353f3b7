import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Cue } from '../captions.ts'
import type { AppError } from '../errors.ts'
import { parseCaptions } from './parse-captions.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const parse = (text: string) => parseCaptions(bytesOf(text))
const texts = (text: string) => parse(text).map((cue) => cue.text)

function codeOf(bytes: Uint8Array): string {
  try {
    parseCaptions(bytes)
    return 'accepted'
  } catch (error) {
    return (error as AppError).code
  }
}

const srt = '1\n00:00:01,000 --> 00:00:02,500\nHello\nworld\n\n2\n00:00:03,000 --> 00:00:04,000\nAgain\n'
const twoCues: Cue[] = [
  { startMs: 1_000, endMs: 2_500, text: 'Hello\nworld' },
  { startMs: 3_000, endMs: 4_000, text: 'Again' },
]

describe('SRT', () => {
  test.each([
    ['as it should be', srt],
    ['with a byte order mark and CRLF', `\ufeff${srt.replaceAll('\n', '\r\n')}`],
    ['with CR alone', srt.replaceAll('\n', '\r')],
    ['with points, without hours and numbers', '00:01.000 --> 00:02.5\nHello\nworld\n\n0:3.0 -> 0:4.0\nAgain'],
    ['without empty lines between', srt.replaceAll('\n\n', '\n')],
    ['with empty lines within and in front', `\n\n${srt.replace('Hello\n', 'Hello\n\n \n')}`],
    ['in the wrong order', '00:03,000 --> 00:04,000\nAgain\n\n00:01,000 --> 00:02,500\nHello\nworld'],
    ['with screen coordinates', srt.replace('02,500', '02,500  X1:100 X2:200 Y1:5 Y2:9')],
  ])('%s', (_, text) => {
    expect(parse(text)).toEqual(twoCues)
  })

  test('its place at the top and its other commands become a setting, or nothing', () => {
    expect(parse('1\n00:01,0 --> 00:02,0\n{\\an8}{\\fad(1,2)}Up {there}')).toEqual([
      { startMs: 1_000, endMs: 2_000, text: 'Up {there}', settings: 'line:0' },
    ])
  })

  test('a cue that ends when it begins is shown for a while', () => {
    expect(parse('00:01,000 --> 00:01,000\nNow')[0]).toMatchObject({ startMs: 1_000, endMs: 3_000 })
  })
})

describe('WebVTT', () => {
  test('keeps valid settings in one spelling and drops styles, regions, notes and names', () => {
    const text = `WEBVTT - a title

STYLE
::cue { background: url(https://evil.example/) }

REGION
id:fred

NOTE a remark
of two lines

intro
00:01.000 --> 00:02.000 align:middle line:10%,end region:fred vertical:rl size:50% position:999%
One

100:00:00.000 --> 100:00:01.000
too late for us

00:02.000 --> 00:03.000
Two

NOTE the end
`
    expect(parse(text)).toEqual([
      { startMs: 1_000, endMs: 2_000, text: 'One', settings: 'line:10%,end size:50% align:center' },
      { startMs: 2_000, endMs: 3_000, text: 'Two' },
    ])
  })

  test('cues may overlap', () => {
    expect(parse('WEBVTT\n\n00:01.0 --> 00:05.0\nA\n\n00:02.0 --> 00:03.0\nB')).toHaveLength(2)
  })
})

describe('markup', () => {
  test.each([
    ['<i>slanted</i> <B>bold</B> <u.x>under</u>', '<i>slanted</i> <b>bold</b> <u>under</u>'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['<a[b]> <script>x</script>', '<a[b]> <script>x</script>'],
    ['<i onclick="x">y', '<i>y</i>'],
    ['<v.loud Ann &amp; Bob>Hi\n<v Eve>Ho', '<v Ann & Bob>Hi\n</v><v Eve>Ho</v>'],
    ['<v>nobody</v>', 'nobody'],
    ['<c.yellow.notice.bg_blue>c</c> <c>d</c>', '<c.yellow.bg_blue>c</c> d'],
    ['<font color="red">red</font> <00:01.500>timed', 'red timed'],
    ['<b><i>crossed</b></i>', '<b><i>crossed</i></b>'],
    ['</b>stray', 'stray'],
    ['a < b && c > d, I <3 you', 'a < b && c > d, I <3 you'],
    ['Tom &amp; Jerry &lt;3 &quot;x&quot; &#65;&#x42;&#0;&nosuch;', 'Tom & Jerry <3 "x" AB&nosuch;'],
    ['&lt;i&gt;not slanted&lt;/i&gt; &amp;lt;', '&lt;i>not slanted&lt;/i> &amp;lt;'],
    ['<i <b>', '&lt;i <b></b>'],
    ['bell\u0007 \ud800half', 'bell \ufffdhalf'],
  ])('%j is kept as %j', (text, kept) => {
    expect(texts(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}`)).toEqual([kept])
  })
})

describe('encodings', () => {
  const german = '00:01,000 --> 00:02,000\nÜber größte Füße – naïve Café'
  const chinese = '00:01,000 --> 00:02,000\n你好，世界。我们走吧！'

  test.each([
    ['UTF-16, little end first', new Uint8Array([0xff, 0xfe, ...Buffer.from(german, 'utf16le')]), german],
    ['UTF-16, big end first', new Uint8Array([0xfe, 0xff, ...Buffer.from(german, 'utf16le').swap16()]), german],
    ['UTF-16 without a mark', new Uint8Array(Buffer.from(german, 'utf16le')), german],
    ['Windows-1252', Buffer.from(german.replace('–', '-'), 'latin1'), german.replace('–', '-')],
    ['UTF-8', bytesOf(chinese), chinese],
    ['GB 18030', gb18030(chinese), chinese],
  ])('%s', (_, bytes, text) => {
    expect(parseCaptions(bytes)[0]!.text).toBe(text.split('\n')[1])
  })
})

/** The other way round than TextDecoder, by asking it. */
function gb18030(text: string): Uint8Array {
  const decoder = new TextDecoder('gb18030')
  const pairs = new Map<string, number[]>()
  for (let first = 0xa1; first <= 0xf7; first++)
    for (let second = 0xa1; second <= 0xfe; second++)
      pairs.set(decoder.decode(new Uint8Array([first, second])), [first, second])
  return new Uint8Array(Array.from(text).flatMap((letter) => pairs.get(letter) ?? [letter.charCodeAt(0)]))
}

describe('what is refused', () => {
  const many = (count: number) => '00:01,0 --> 00:02,0\nx\n'.repeat(count)

  test.each([
    ['nothing', '', 'captions_no_file'],
    ['nothing but space', '\ufeff \n', 'captions_no_file'],
    ['something else', '<html>no</html>', 'captions_unreadable'],
    ['cues without text', 'WEBVTT\n\n00:01.000 --> 00:02.000\n<c></c>\n', 'captions_no_text'],
    ['20,001 cues', many(20_001), 'captions_too_many'],
    ['20,000 cues', many(20_000), 'accepted'],
    ['a cue of 2,001 characters', `00:01,0 --> 00:02,0\n${'x'.repeat(2_001)}`, 'captions_cue'],
    ['a cue of 2,000 characters', `00:01,0 --> 00:02,0\n${'x'.repeat(2_000)}`, 'accepted'],
    ['more than 1 MB', `${srt}${' '.repeat(1_000_000)}`, 'captions_too_large'],
  ])('%s', (_, text, code) => {
    expect(codeOf(bytesOf(text))).toBe(code)
  })
})

const corpus = fileURLToPath(new URL('../../../../shared/media/subs/', import.meta.url))

describe.skipIf(!existsSync(corpus))('the files of the shared media', () => {
  test.each(existsSync(corpus) ? readdirSync(corpus) : [])('%s is read', (name) => {
    expect(parseCaptions(readFileSync(join(corpus, name)))[0]?.text).toMatch(/\S/)
  })
})
