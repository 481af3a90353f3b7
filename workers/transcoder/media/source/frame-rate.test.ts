import { expect, test } from 'vitest'
import { affordableRate, chooseFrameRate, ownFrameRate, parseFraction } from './frame-rate.ts'

function chosen(nominal: string, average: string): string {
  const { numerator, denominator } = chooseFrameRate(parseFraction(nominal), parseFraction(average))
  return `${numerator}/${denominator}`
}

test('a steady rate is kept exactly', () => {
  expect(chosen('24000/1001', '24000/1001')).toBe('24000/1001')
  expect(chosen('25/2', '25/2')).toBe('25/2')
})

test('slow pictures are shown several times each, so that none comes more than 50 ms beside its time', () => {
  expect(chosen('5/1', '5/1')).toBe('15/1')
  expect(chosen('10/1', '10/1')).toBe('20/1')
  expect(chosen('1/1', '1/1')).toBe('12/1')
  expect(chosen('1/3500', '12/41999')).toBe('12/1')
  expect(ownFrameRate({ numerator: 5, denominator: 1 }, null)).toEqual({ numerator: 5, denominator: 1 })
})

test('a file too small for its many pictures is one of long holds, for which two a second do', () => {
  const rate = { numerator: 30, denominator: 1 }
  const slow = { numerator: 2, denominator: 1 }
  expect(affordableRate(rate, 64_000, 39_600)).toEqual(slow)
  expect(affordableRate({ numerator: 12, denominator: 1 }, 3_000, 39_600)).toEqual(slow)
  expect(affordableRate({ numerator: 30_000, denominator: 1_001 }, 3_000, 39_600)).toEqual({
    numerator: 15_000,
    denominator: 7_007,
  })
  // A quiet slide show, two hours in 2 MB; a picture that is held for a quarter of an hour; a length that nobody knows.
  expect(affordableRate(rate, 2_000_000, 7_200)).toEqual(rate)
  expect(affordableRate(rate, 3_000, 900)).toEqual(rate)
  expect(affordableRate(rate, 3_000, null)).toEqual(rate)
})

test('a recording whose time base pretends 57,600 pictures a second gets a usual rate that holds its average', () => {
  expect(chosen('57600/1', '722/100')).toBe('24000/1001')
  expect(chosen('600/1', '29980/1000')).toBe('30000/1001')
})

test('a phone that drops pictures in the dark keeps its nominal rate', () => {
  expect(chosen('30/1', '1332/100')).toBe('30/1')
})

test('interlaced fields are two to a picture', () => {
  expect(chosen('50/1', '25/1')).toBe('25/1')
})

test('nothing is faster than 60', () => {
  expect(chosen('120/1', '120/1')).toBe('60/1')
  expect(chosen('1000/1', '1000/1')).toBe('60/1')
})

test('a file that tells nothing gets 30', () => {
  expect(chosen('0/0', '0/0')).toBe('30/1')
})
