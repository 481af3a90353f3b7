import { expect, test } from 'vitest'
import { firstWords } from './first-words.ts'

const cues = (...texts: string[]) => texts.map((text, at) => ({ startMs: at, endMs: at + 1, text }))

test('the first three captions are shown without markup, those with letters of their own before plain ones', () => {
  expect(firstWords(cues('<i>One</i>\ntwo', 'three', 'four', 'five'))).toBe('One two · three · four')
  expect(firstWords(cues('www.example.org', 'Größe', 'ok', 'Füße'))).toBe('Größe · Füße')
})

test('they end after 160 letters', () => {
  expect(firstWords(cues('字'.repeat(200)))).toBe(`${'字'.repeat(160)}…`)
})
