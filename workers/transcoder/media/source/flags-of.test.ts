import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { flagsOf } from './flags-of.ts'

const sound = { claimedS: 100, durationS: 100, damage: { damaged: 0, pictures: 2_400 } }

test('of a file that is as it says nothing is told', () => {
  expect(flagsOf(testSource(), sound)).toEqual([])
})

test('a file that ends early is told once it is decoded', () => {
  expect(flagsOf(testSource(), { ...sound, durationS: 97 })).toEqual(['source_truncated'])
  expect(flagsOf(testSource(), { ...sound, durationS: null })).toEqual([])
})

test.each([
  { damaged: 4, pictures: 48, isTold: false },
  { damaged: 48, pictures: 2_400, isTold: false },
  { damaged: 49, pictures: 2_400, isTold: true },
  { damaged: 5, pictures: 5, isTold: true },
])('that $damaged of $pictures pictures are broken is told: $isTold', ({ isTold, ...damage }) => {
  expect(flagsOf(testSource(), { ...sound, damage })).toEqual(isTold ? ['source_damaged'] : [])
})

test('of Dolby Vision alone it is not said that its colours were fitted to ordinary screens', () => {
  expect(flagsOf(testSource({ hdr: 'pq' }), sound)).toEqual(['hdr'])
  expect(flagsOf(testSource({ hdr: 'pq', isDolbyVisionOnly: true }), sound)).toEqual(['dolby_vision'])
})
