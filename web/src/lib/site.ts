import { createContext } from 'svelte'
import { createFormat, type Format } from './format.ts'
import { type Lang, langTags, type Words, wordsOf } from './words/words.ts'

/** What every component may lean on: the words and number formats of the visitor's language, and the site's own address. */
export interface Site {
  lang: Lang
  words: Words
  format: Format
  /** Scheme and host that people know the site by, for links that leave it. */
  origin: string
}

const [useSite, setSite] = createContext<Site>()

export { useSite }

/** Called once by the root layout. A change of language loads the page again, so nothing here needs to react. */
export function openSite(lang: Lang, origin: string): Site {
  return setSite({ lang, words: wordsOf[lang], format: createFormat(langTags[lang]), origin })
}
