import { expect, test } from 'vitest'
import { languageOfLetters, languageOfName, proposeLanguage } from './propose-language.ts'

test.each([
  ['de.srt', 'de'],
  ['film.zh.vtt', 'zh-Hans'],
  ['film.zh-TW.srt', 'zh-Hant'],
  ['film.cht.srt', 'zh-Hant'],
  ['name_en-US.vtt', 'en-US'],
  ['Film (2024) [fr].srt', 'fr'],
  ['film.eng.sdh.srt', 'en'],
  ['film.srt', null],
  ['how.to.srt', null],
  ['Holiday 2026.srt', null],
  ['', null],
])('the name %s tells %s', (name, tag) => expect(languageOfName(name)).toBe(tag))

test.each([
  ['我们这里没有时间', 'zh-Hans'],
  ['我們這裡沒有時間', 'zh-Hant'],
  ['時間がありません', 'ja'],
  ['시간이 없어요', 'ko'],
  ['У нас нет времени', 'ru'],
  ['У нас немає часу, її', 'uk'],
  ['ليس لدينا وقت', 'ar'],
  ['گفتگو با پدر', null],
  ['Wir haben keine Zeit', null],
  ['Zeit (时) haben wir keine', null],
  ['', null],
])('the letters of “%s” tell %s', (text, tag) => expect(languageOfLetters(text)).toBe(tag))

test('letters propose no language that has captions, while a name is taken at its word', () => {
  expect(proposeLanguage({ name: 'film.srt', text: 'нет' }, [])).toBe('ru')
  expect(proposeLanguage({ name: 'film.srt', text: 'нет' }, ['ru'])).toBeNull()
  expect(proposeLanguage({ name: 'film.ru.srt', text: 'нет' }, ['ru'])).toBe('ru')
})
