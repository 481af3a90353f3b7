import { expect, test } from 'vitest'
import type { CaptionLink } from '#contract/captions.ts'
import { chooseCaptions } from './choose-captions.ts'

function tracks(...languages: string[]): CaptionLink[] {
  return languages.map((tag) => ({
    language: tag.replace('*', ''),
    label: tag,
    kind: 'subtitles',
    url: '',
    ...(tag.endsWith('*') && { isDefault: true }),
  }))
}

test.each([
  ['nothing is shown unasked', tracks('de', 'en'), '', ['en-US'], { initial: -1, preferred: 1 }],
  [
    'the default comes in the browser’s language',
    tracks('de*', 'en'),
    '',
    ['en-US', 'de'],
    { initial: 1, preferred: 1 },
  ],
  ['the default comes where nobody reads another', tracks('fr', 'de*'), '', ['ja'], { initial: 1, preferred: 1 }],
  ['the address names a language', tracks('en*', 'de-AT'), 'de', ['en'], { initial: 1, preferred: 1 }],
  ['the address asks for none', tracks('en*', 'de'), 'off', ['de'], { initial: -1, preferred: 1 }],
  ['the address asks for any', tracks('en', 'de'), '1', ['de-CH'], { initial: 1, preferred: 1 }],
  ['an unknown language changes nothing', tracks('en', 'de'), 'ja', ['fr'], { initial: -1, preferred: 0 }],
  [
    'the very tag goes before the same language',
    tracks('zh-Hant', 'zh-Hans*'),
    '',
    ['zh-Hans'],
    { initial: 1, preferred: 1 },
  ],
])('%s', (_, links, asked, languages, choice) => {
  expect(chooseCaptions(links, asked, languages)).toEqual(choice)
})
