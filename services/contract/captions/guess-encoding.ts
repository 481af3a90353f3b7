import type { CaptionEncoding } from '../captions.ts'

/**
 * The likeliest encoding of text that is not UTF-8 and doesn't say what it is: by its language where that is known and the
 * bytes don't tell another of its encodings, else by how its bytes are spread. Whoever brought the file looks at the result.
 */
export function guessEncoding(bytes: Uint8Array, language?: string): CaptionEncoding {
  const guess = guessByBytes(bytes)
  const usual = language ? usualEncodings(language) : []
  if (usual.includes(guess)) return guess
  return usual.find((encoding) => isReadableAs(encoding, bytes)) ?? guess
}

/** What files of a language were saved in before UTF-8, the likeliest first. Western ones are what remains. */
const byLanguage: Record<string, readonly CaptionEncoding[]> = {
  ja: ['shift_jis', 'euc-jp'],
  ko: ['euc-kr'],
  ...sharing('ru uk bg be mk sr', ['windows-1251', 'koi8-r']),
  ...sharing('pl cs sk hu ro sl hr bs sq', ['windows-1250']),
  el: ['windows-1253'],
  ...sharing('tr az', ['windows-1254']),
  he: ['windows-1255'],
  ...sharing('ar fa ur', ['windows-1256']),
  ...sharing('et lv lt', ['windows-1257']),
  vi: ['windows-1258'],
  th: ['windows-874'],
}

function sharing(languages: string, encodings: readonly CaptionEncoding[]) {
  return Object.fromEntries(languages.split(' ').map((language) => [language, encodings]))
}

function usualEncodings(tag: string): readonly CaptionEncoding[] {
  const { language, script } = new Intl.Locale(tag).maximize()
  if (language === 'zh') return script === 'Hant' ? ['big5', 'gb18030'] : ['gb18030', 'big5']
  return byLanguage[language] ?? []
}

function isReadableAs(encoding: CaptionEncoding, bytes: Uint8Array): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

function guessByBytes(bytes: Uint8Array): CaptionEncoding {
  const { runs, oddRuns, high, letters, kana, leads } = countHighBytes(bytes)
  // Two high bytes to a letter; where each byte is a letter, every second word has an odd number of them.
  if (oddRuns * 10 < runs) return amongPairs(bytes)
  if (kana * 5 > high) return 'shift_jis'
  // A western text has few such letters, and hardly two of them in a row.
  if (letters * 10 > high * 8 && high > runs * 2) return upperHalf(bytes) ? 'windows-1251' : 'koi8-r'
  return leads * 10 > (high - leads) * 8 && leads > 4 ? 'big5' : 'windows-1252'
}

interface HighBytes {
  /** Stretches of bytes above 127, and those of odd length. */
  runs: number
  oddRuns: number
  high: number
  /** Of 0xc0 and above: the letters of most encodings with a byte to a letter. */
  letters: number
  /** The first bytes of Japanese syllables in Shift_JIS. */
  kana: number
  /** What begins a common letter in Big5, where the second byte may be below 128. */
  leads: number
}

function countHighBytes(bytes: Uint8Array): HighBytes {
  const counts = { runs: 0, oddRuns: 0, high: 0, letters: 0, kana: 0, leads: 0 }
  let length = 0
  let isSecond = false
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at] ?? 0
    const next = bytes[at + 1] ?? 0
    if (byte < 0x80) {
      if (length > 0) counts.runs++
      counts.oddRuns += length % 2
      length = 0
      isSecond = false
      continue
    }
    length++
    counts.high++
    if (byte >= 0xc0) counts.letters++
    if ((byte === 0x82 || byte === 0x83) && next >= 0x40) counts.kana++
    const isLead: boolean = !isSecond && byte >= 0xa1 && byte <= 0xc9 && next >= 0x40
    if (isLead) counts.leads++
    isSecond = isLead
  }
  return counts
}

/** Chinese, Korean and Japanese put their commonest letters into different rows of one table. */
function amongPairs(bytes: Uint8Array): CaptionEncoding {
  let [pairs, kana, hangul, others] = [0, 0, 0, 0]
  for (let at = 0; at < bytes.length; at++) {
    const row = bytes[at]!
    if (row < 0x80) continue
    at++
    pairs++
    if (row === 0xa4 || row === 0xa5) kana++
    else if (row >= 0xb0 && row <= 0xc8) hangul++
    else if (row > 0xc8) others++
  }
  if (kana * 4 > pairs) return 'euc-jp'
  // Chinese is sorted by sound, so that about half of a Chinese text stands beyond the Korean rows.
  return hangul >= 8 && others * 30 < hangul ? 'euc-kr' : 'gb18030'
}

/** Small letters, of which there are more, stand in the upper half in windows-1251 and in the lower one in KOI8-R. */
function upperHalf(bytes: Uint8Array): boolean {
  let upper = 0
  let lower = 0
  for (const byte of bytes) {
    if (byte >= 0xe0) upper++
    else if (byte >= 0xc0) lower++
  }
  return upper >= lower
}
