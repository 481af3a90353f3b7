import type { Grade } from '#contract/grade.ts'
import { type Lang, langTags, type Words } from '#web/words/words.ts'
import type { Tab } from './choice.ts'
import { siteLabel } from './site-label.ts'

/** A value of a dimension as people read it: `Germany` for `DE`, `Phone` for `mobile`, what stands for nothing for ''. */
export function valueLabel(dimension: Tab, value: string, { words, lang }: { words: Words; lang: Lang }): string {
  if (value === '') return words.views.unknown[dimension]
  switch (dimension) {
    case 'site':
    case 'referrer':
      return siteLabel(value, words)
    case 'page':
      return withoutScheme(value)
    case 'country':
      return nameOf('region', value, lang)
    case 'language':
      return nameOf('language', value, lang)
    case 'device':
      return words.views.devices[value] ?? value
    case 'grade':
      return words.views.grades[value as Grade] ?? value
    default:
      return value
  }
}

/** Paths of other alphabets are read as they were written. */
function withoutScheme(page: string): string {
  return decodePath(page.replace(/^https?:\/\//, ''))
}

function decodePath(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

function nameOf(type: 'region' | 'language', code: string, lang: Lang): string {
  try {
    return new Intl.DisplayNames(langTags[lang], { type }).of(code) ?? code
  } catch {
    // What a browser called its language need not be one.
    return code
  }
}
