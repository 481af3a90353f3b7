import { expect, test } from 'vitest'
import { worthwhile } from './worthwhile.ts'

const rendition = (name: string, average: number, peak: number) => ({
  name,
  averageBitsPerSecond: average * 1_000,
  peakBitsPerSecond: peak * 1_000,
})
const names = (renditions: { name: string }[]) => renditions.map(({ name }) => name)

test('a film keeps every size', () => {
  const film = [rendition('720p', 1_700, 2_900), rendition('480p', 900, 1_500), rendition('360p', 520, 850)]
  expect(names(worthwhile(film))).toEqual(['720p', '480p', '360p'])
})

test('a size that needs as much as the one above is left out, and the next is compared with what is kept', () => {
  const slides = [rendition('1080p', 300, 600), rendition('720p', 285, 580), rendition('480p', 250, 500)]
  expect(names(worthwhile(slides))).toEqual(['1080p', '480p'])
})

test('a size that is as heavy on the whole and lighter at its heaviest is kept for weak lines', () => {
  expect(names(worthwhile([rendition('720p', 300, 900), rendition('480p', 290, 500)]))).toEqual(['720p', '480p'])
})

test('below what every line carries one size is enough', () => {
  expect(names(worthwhile([rendition('1080p', 40, 140), rendition('720p', 20, 60)]))).toEqual(['1080p'])
})

test('the only one stays, whatever it weighs', () => {
  expect(names(worthwhile([rendition('240p', 0, 0)]))).toEqual(['240p'])
})
