import { expect, test } from 'vitest'
import { wordsOf } from '#web/words/words.ts'
import { searchValues } from './search-values.ts'

const en = { words: wordsOf.en, lang: 'en' } as const
const zh = { words: wordsOf.zh, lang: 'zh' } as const

test('what is found is what stands on screen, in the language of the reader', () => {
  // Codes of countries that are no more bear the name of their successor.
  expect(searchValues('country', 'germany', en)).toEqual(['DD', 'DE'])
  expect(searchValues('country', '德国', zh)).toContain('DE')
  expect(searchValues('language', 'french', en)).toEqual(['fr'])
  expect(searchValues('site', 'Watch Page', en)).toEqual(['(this site)'])
  expect(searchValues('device', 'phone', en)).toEqual(['mobile'])
  expect(searchValues('country', 'not known', en)).toEqual([''])
})

test('no text that people type names more values than the API takes', () => {
  for (const text of ['a', 'e', 'i', 'n']) expect(searchValues('country', text, en).length).toBeLessThanOrEqual(300)
})

test('what stands as it is stored needs no translation', () => {
  expect(searchValues('page', 'https://a.example', en)).toEqual([])
  expect(searchValues('key', 'newsletter', en)).toEqual([])
})
