import { expect, test } from 'vitest'
import { titleOfFile } from './title-of-file.ts'

test.each([
  ['holiday_2026 final.MP4', 'holiday 2026 final'],
  ['西湖.mov', '西湖'],
  ['v1.2 talk.mkv', 'v1.2 talk'],
  ['.mp4', '.mp4'],
  ['no ending', 'no ending'],
  ['two\u202eturned__about.mp4', 'two turned about'],
  ['', ''],
])('%s becomes %s', (name, title) => expect(titleOfFile(name)).toBe(title))

test('a title is never longer than the site accepts', () => {
  expect(titleOfFile(`${'a'.repeat(300)}.mp4`)).toHaveLength(200)
})

test('a character that takes several units is kept whole or not at all', () => {
  const family = '👩‍👩‍👧‍👦'
  expect(titleOfFile(`${'a'.repeat(195)}${family}.mp4`)).toBe('a'.repeat(195))
  expect(titleOfFile(`${'a'.repeat(200 - family.length)}${family}.mp4`)).toBe('a'.repeat(200 - family.length) + family)
})
