import { languageTag } from '#contract/captions.ts'
import { commonLanguages } from './languages.ts'

interface CaptionFile {
  name: string
  /** What its captions say. */
  text: string
}

/** The language that the file's name tells, else one that its letters tell and that has no captions yet; null where neither does. */
export function proposeLanguage({ name, text }: CaptionFile, taken: readonly string[]): string | null {
  const named = languageOfName(name)
  if (named) return named
  const written = languageOfLetters(text)
  return written && !taken.includes(written) ? written : null
}

// What follows the language in the names of files, and what Chinese sites write in place of a tag.
const additions = /^(?:sdh|cc|forced|default|subs?|subtitles?|captions?)$/i
const habits: Record<string, string> = { chs: 'zh-Hans', cht: 'zh-Hant' }

/** `film.zh.vtt`, `de.srt` and `name_en-US.sdh.vtt` tell it; `film.srt` doesn't. */
export function languageOfName(name: string): string | null {
  const parts = name
    .replace(/\.[^.]*$/, '')
    .split(/[._\s()[\]]+/)
    .filter((part) => part !== '' && !additions.test(part))
  const last = parts.at(-1) ?? ''
  const tag = habits[last.toLowerCase()] ?? languageTag(last)
  if (!tag) return null
  const { language, script } = new Intl.Locale(tag).maximize()
  // Short words are languages, too, if rare ones: those that captions are in are few.
  if (!commonLanguages.some((common) => common.split('-')[0] === language)) return null
  return language === 'zh' ? `zh-${script}` : tag
}

interface Writing {
  letters: RegExp
  tag: (text: string) => string | null
}

const always = (tag: string) => () => tag
/** The first whose letters are most of the text. Kana come with Chinese characters, so they are asked for together and first. */
const writings: Writing[] = [
  { letters: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/gu, tag: japaneseOrChinese },
  { letters: /\p{Script=Hangul}/gu, tag: always('ko') },
  { letters: /\p{Script=Cyrillic}/gu, tag: (text) => (/[іїєґ]/i.test(text) ? 'uk' : 'ru') },
  // Persian and Urdu write with these letters besides.
  { letters: /\p{Script=Arabic}/gu, tag: (text) => (/[پچژگ]/.test(text) ? null : 'ar') },
  { letters: /\p{Script=Greek}/gu, tag: always('el') },
  { letters: /\p{Script=Hebrew}/gu, tag: always('he') },
  { letters: /\p{Script=Thai}/gu, tag: always('th') },
  { letters: /\p{Script=Devanagari}/gu, tag: always('hi') },
  { letters: /\p{Script=Bengali}/gu, tag: always('bn') },
  { letters: /\p{Script=Tamil}/gu, tag: always('ta') },
]

/** Null for Latin letters, which most languages share. */
export function languageOfLetters(text: string): string | null {
  const all = countOf(text, /\p{L}/gu)
  const writing = writings.find(({ letters }) => countOf(text, letters) * 2 > all)
  return writing?.tag(text) ?? null
}

function japaneseOrChinese(text: string): string | null {
  // A name or a sign in kana does not make a text Japanese.
  if (countOf(text, /\p{Script=Hiragana}/gu) * 10 > countOf(text, /\p{Script=Han}/gu)) return 'ja'
  const simplified = countOf(text, /[这们说来时个国为会对过还没么见后里发]/gu)
  const traditional = countOf(text, /[這們說來時個國為會對過還沒麼見後裡發]/gu)
  if (simplified === traditional) return null
  return simplified > traditional ? 'zh-Hans' : 'zh-Hant'
}

function countOf(text: string, letters: RegExp): number {
  return text.match(letters)?.length ?? 0
}
