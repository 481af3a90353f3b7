import { expect, test } from 'vitest'
import { wordsOf } from '#web/words/words.ts'
import { valueLabel } from './value-label.ts'

const en = { words: wordsOf.en, lang: 'en' } as const
const zh = { words: wordsOf.zh, lang: 'zh' } as const

test('countries and languages are called what the reader calls them', () => {
  expect(valueLabel('country', 'DE', en)).toBe('Germany')
  expect(valueLabel('country', 'DE', zh)).toBe('德国')
  expect(valueLabel('language', 'fr', en)).toBe('French')
})

test('what is no country and no language stands as it came', () => {
  expect(valueLabel('country', '?', en)).toBe('?')
  expect(valueLabel('language', 'x_1', en)).toBe('x_1')
})

test('nothing told has a name of its own in every dimension', () => {
  expect(valueLabel('country', '', en)).toBe('Country not known')
  expect(valueLabel('page', '', en)).toBe('Page not told')
})

test('a page is read without its scheme and in its own letters', () => {
  expect(valueLabel('page', 'https://a.example/%E6%8E%A8%E8%8D%90', en)).toBe('a.example/推荐')
  expect(valueLabel('page', 'https://a.example/%', en)).toBe('a.example/%')
})
