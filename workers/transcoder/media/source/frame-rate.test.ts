import { expect, test } from 'vitest'
import { chooseFrameRate, parseFraction } from './frame-rate.ts'

function chosen(nominal: string, average: string): string {
  const { numerator, denominator } = chooseFrameRate(parseFraction(nominal), parseFraction(average))
  return `${numerator}/${denominator}`
}

test('a steady rate is kept exactly', () => {
  expect(chosen('24000/1001', '24000/1001')).toBe('24000/1001')
  expect(chosen('1/1', '1/1')).toBe('1/1')
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
