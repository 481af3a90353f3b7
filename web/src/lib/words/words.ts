import { en } from './en.ts'
import { zh } from './zh.ts'

export const langs = ['en', 'zh'] as const
export type Lang = (typeof langs)[number]

/** English is the shape; every other language is held to the same keys by the type. */
export type Words = typeof en

export const wordsOf: Record<Lang, Words> = { en, zh }

/** What each language calls itself, for the switch. */
export const langNames: Record<Lang, string> = { en: 'English', zh: '中文' }

/** The full tag for `lang` attributes and Intl: the Chinese here is written in simplified characters. */
export const langTags: Record<Lang, string> = { en: 'en', zh: 'zh-Hans' }
