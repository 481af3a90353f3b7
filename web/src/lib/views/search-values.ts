import { grades } from '#contract/grade.ts'
import { langTags } from '#web/words/words.ts'
import type { Tab } from './choice.ts'
import { valueLabel } from './value-label.ts'

type Reader = Parameters<typeof valueLabel>[2]

/** The stored values whose names on screen contain the text: `DE` for `germ`, `(this site)` for `watch page`. */
export function searchValues(tab: Tab, text: string, reader: Reader): string[] {
  const wanted = text.toLocaleLowerCase(langTags[reader.lang])
  return ['', ...namedValues(tab, reader)].filter((value) =>
    valueLabel(tab, value, reader).toLocaleLowerCase(langTags[reader.lang]).includes(wanted),
  )
}

/** All values of a table that are not shown as they are stored. */
function namedValues(tab: Tab, { words, lang }: Reader): readonly string[] {
  switch (tab) {
    case 'site':
    case 'referrer':
      return Object.keys(words.views.buckets)
    case 'country':
      return codesOf('region', lang)
    case 'language':
      return codesOf('language', lang)
    case 'device':
      return Object.keys(words.views.devices)
    case 'grade':
      return grades
    default:
      return []
  }
}

const letters = [...'abcdefghijklmnopqrstuvwxyz']
const pairs = letters.flatMap((one) => letters.map((other) => one + other))

/** Browsers list no codes, but tell of each whether it has a name. */
function codesOf(type: 'region' | 'language', lang: keyof typeof langTags): string[] {
  const names = new Intl.DisplayNames(langTags[lang], { type, fallback: 'none' })
  const codes = type === 'region' ? pairs.map((pair) => pair.toUpperCase()) : pairs
  return codes.filter((code) => names.of(code) !== undefined)
}
