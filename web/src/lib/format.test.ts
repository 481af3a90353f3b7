import { describe, expect, test } from 'vitest'
import { createFormat, timecode } from './format.ts'

const english = createFormat('en')
const chinese = createFormat('zh-Hans')

describe('a timecode', () => {
  test.each([
    [0, '0:00'],
    [7_999, '0:07'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
  ])('of %i ms is %s', (ms, text) => expect(timecode(ms)).toBe(text))
})

describe('a span', () => {
  test('names its two largest units', () => {
    expect(english.span(42_000)).toBe('42 sec')
    expect(english.span(3 * 3_600_000 + 12 * 60_000)).toBe('3 hr 12 min')
    expect(english.span(7_200_000)).toBe('2 hr')
  })

  test('that stands alone and big keeps to one unit', () => {
    expect(english.bigSpan(42_000)).toBe('42 sec')
    expect(english.bigSpan(12.5 * 3_600_000)).toBe('12.5 hr')
    expect(english.bigSpan(1_234 * 3_600_000)).toBe('1,234 hr')
  })

  test('of very much watching is told in hours alone', () => {
    expect(english.span(1_234 * 3_600_000)).toBe('1,234 hr')
  })
})

test('bytes climb to the unit in which they are short', () => {
  expect(english.bytes(0)).toBe('0 bytes')
  expect(english.bytes(1)).toBe('1 byte')
  expect(english.bytes(999)).toBe('999 bytes')
  expect(chinese.bytes(3)).toBe('3字节')
  expect(english.bytes(1_500_000)).toBe('1.5 MB')
  expect(english.bytes(2_340_000_000)).toBe('2.3 GB')
})

test('what happened is told relative to now, in the language of the visitor', () => {
  const now = Date.parse('2026-05-10T12:00:00Z')
  expect(english.ago('2026-05-09T12:00:00Z', now)).toBe('yesterday')
  expect(english.ago(now - 3 * 60_000, now)).toBe('3 minutes ago')
  expect(chinese.ago(now - 3 * 60_000, now)).toBe('3分钟前')
})

test('counts are exact below a million and short above', () => {
  expect(english.bigCount(987_654)).toBe('987,654')
  expect(english.bigCount(1_234_567)).toBe('1.2M')
  expect(chinese.bigCount(1_234_567)).toBe('123.5万')
})

test('what a share grew or shrank by is told in percentage points', () => {
  expect(english.points(0.55 - 0.61)).toBe('-6')
  expect(english.points(0.61 - 0.55)).toBe('+6')
  expect(english.points(0.55 - 0.551)).toBe('0')
})
