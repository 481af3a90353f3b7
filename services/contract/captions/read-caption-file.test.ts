import { describe, expect, test } from 'vitest'
import type { CaptionEncoding } from '../captions.ts'
import type { AppError } from '../errors.ts'
import { readCaptionFile } from './read-caption-file.ts'

const read = (text: string) => readCaptionFile(new TextEncoder().encode(text))

describe('lines of times', () => {
  const faulty = `1
00:75:00,000 --> 00:76:00,000
never

2
00:00:02,000 --> 00:00:03,000
Two

3
00:00:06:000 -> 00:00:07:000
never

4
00:00:08,000 --> 00:00:09,000
Four
`

  test('that can’t be read are told by their numbers, and nothing beneath them is shown', () => {
    const { cues, leftOutLines } = read(faulty)
    expect(cues.map((cue) => cue.text)).toEqual(['Two', 'Four'])
    expect(leftOutLines).toEqual([2, 10])
    expect(read(faulty.replaceAll('\n\n', '\n').replaceAll('\n', '\r\n')).cues).toEqual(cues)
    expect(read(`WEBVTT\n\n${faulty}`)).toMatchObject({ cues, leftOutLines: [4, 12] })
  })

  test.each([
    '00:00:01,000 -->',
    '00:00:01,000 --> soon',
    '00;00;01;000 --> 00;00;02;000',
    '1 --> 2',
    '100:00:00.000 --> 100:00:01.000',
    '-00:00:01,000 --> 00:00:02,000',
    '00:00:01,000 ---> 00:00:02,000',
    '00:00:01,000 –> 00:00:02,000',
    '00:00:01,000 -- > 00:00:02,000',
    `00:00:01,000 --> 00:00:02,000 ${'x'.repeat(300)}`,
  ])('%j is one of them', (line) => {
    const { cues, leftOutLines } = read(`00:00:00,000 --> 00:00:00,500\nHello\n\n2\n${line}\nnever`)
    expect(cues.map((cue) => cue.text)).toEqual(['Hello'])
    expect(leftOutLines).toEqual([5])
  })

  test.each(['2 -> 4 -> 8', 'From 1:30 -> home', 'a --> b', '12:30 - 14:30', 'at 00:01 --> 00:02'])(
    '%j is something that is said',
    (line) => {
      const { cues, leftOutLines } = read(`00:00:00,000 --> 00:00:00,500\nHello\n${line}`)
      expect([cues[0]!.text, leftOutLines]).toEqual([`Hello\n${line}`, []])
    },
  )

  test('with an end before the start are told, and their words are shown for two seconds', () => {
    const { cues, reversedLines } = read('00:05,000 --> 00:04,000\nNow\n\n00:08,000 --> 00:08,000\nThen')
    expect(cues.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [5_000, 7_000],
      [8_000, 10_000],
    ])
    expect(reversedLines).toEqual([1])
  })

  test.each([
    ['are all wrong', '00:75:00,000 --> 00:76:00,000\nx'],
    ['are wrong a hundred times', `00:01,0 --> 00:02,0\nx\n${'1 --> 2\nx\n'.repeat(101)}`],
  ])('that %s are refused with the first of them', (_, text) => {
    let refusal: AppError | null = null
    try {
      read(text)
    } catch (error) {
      refusal = error as AppError
    }
    expect(refusal?.code).toBe('captions_times')
    expect(refusal?.message).toMatch(/^Line [13] and/)
  })
})

describe('old encodings', () => {
  const chinese = '我们这里没有时间，你说什么？他们来了。快走吧，这是真的。'
  const taiwanese = '我們這裡沒有時間，你說什麼？他們來了。快走吧，這是真的。'
  const japanese = 'すみません、時間がありません。これは本当ですか？カメラを見て。'
  const korean = '우리는 시간이 없어요. 그들이 왔어요. 빨리 가자, 정말이야.'
  const russian = 'У нас нет времени. Они пришли, пойдём скорее! Это правда?'
  const german = 'Wir haben keine Zeit. Größe, Füße, schöne Äpfel – über Öl.'
  const french = 'Ça alors ! Où êtes-vous allé ? Là-bas, près du théâtre, déjà… À bientôt.'

  test.each<[CaptionEncoding, string]>([
    ['gb18030', chinese],
    ['big5', taiwanese],
    ['shift_jis', japanese],
    ['euc-jp', japanese],
    ['euc-kr', korean],
    ['windows-1251', russian],
    ['koi8-r', russian],
    ['windows-1252', german],
    ['windows-1252', french],
  ])('%s is guessed from its bytes', (encoding, text) => {
    const file = readCaptionFile(encode(encoding, text))
    expect([file.guessedEncoding, file.cues[0]!.text]).toEqual([encoding, text])
  })

  test.each<[string, CaptionEncoding, string]>([
    ['zh-Hant', 'big5', '好的！'],
    ['zh', 'gb18030', '好的！'],
    ['zh-Hans', 'big5', taiwanese],
    ['ja', 'shift_jis', '時間。'],
    ['ja', 'euc-jp', japanese],
    ['ko', 'euc-kr', '네.'],
    ['bg', 'windows-1251', 'Да.'],
    ['uk', 'windows-1251', 'Ні, її.'],
    ['pl', 'windows-1250', 'Źdźbło, łąka.'],
    ['el', 'windows-1253', 'Δεν έχουμε χρόνο.'],
    ['he', 'windows-1255', 'אין לנו זמן'],
    ['ar', 'windows-1256', 'ليس لدينا وقت'],
    ['th', 'windows-874', 'เราไม่มีเวลา'],
    ['tr', 'windows-1254', 'Şimdi değil, ışık.'],
  ])('a file in %s is read as %s', (language, encoding, text) => {
    const file = readCaptionFile(encode(encoding, text), { language })
    expect([file.guessedEncoding, file.cues[0]!.text]).toEqual([encoding, text])
  })

  test('what somebody chose is taken at his word, and what shows itself is no guess', () => {
    const file = readCaptionFile(encode('windows-1253', 'Δεν έχουμε'), { encoding: 'windows-1253', language: 'ru' })
    expect([file.guessedEncoding, file.cues[0]!.text]).toEqual([null, 'Δεν έχουμε'])
    expect(read('00:01,0 --> 00:02,0\nJa, größer').guessedEncoding).toBeNull()
  })
})

/** The other way round than TextDecoder, by asking it about every letter. */
function encode(encoding: CaptionEncoding, text: string): Uint8Array {
  const decoder = new TextDecoder(encoding)
  const letters = new Map<string, number[]>()
  for (let first = 0x80; first <= 0xff; first++) {
    letters.set(decoder.decode(new Uint8Array([first])), [first])
    for (let second = 0x40; second <= 0xff; second++) {
      const letter = decoder.decode(new Uint8Array([first, second]))
      if (Array.from(letter).length === 1 && letter !== '\ufffd') letters.set(letter, [first, second])
    }
  }
  const bytes = (letter: string) => (letter < '\u0080' ? [letter.charCodeAt(0)] : letters.get(letter)!)
  return new Uint8Array(Array.from(`1\r\n00:00:01,000 --> 00:00:02,000\r\n${text}\r\n`).flatMap(bytes))
}
