import { expect, test } from 'vitest'
import { chooseLang } from './choose-lang.ts'

test('the cookie wins over what the browser prefers', () => {
  expect(chooseLang('zh', 'en-GB,en;q=0.9')).toBe('zh')
})

test('the browser order is by quality, not by place', () => {
  expect(chooseLang(undefined, 'fr, en;q=0.3, zh-CN;q=0.8')).toBe('zh')
})

test('a language that the browser refuses is not chosen', () => {
  expect(chooseLang(undefined, 'zh;q=0, en;q=0.1')).toBe('en')
})

test('an unknown language, a broken cookie and an absent header mean English', () => {
  expect(chooseLang(undefined, 'sw')).toBe('en')
  expect(chooseLang('<script>', null)).toBe('en')
  expect(chooseLang(undefined, ';;,q=')).toBe('en')
})
