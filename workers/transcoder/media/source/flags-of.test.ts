import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { flagsOf } from './flags-of.ts'

const means = { canToneMap: true }
const sound = { claimedS: 100, durationS: 100, damage: { damaged: 0, pictures: 2_400 } }

test('of a file that is as it says nothing is told', () => {
  expect(flagsOf(testSource(), sound, means)).toEqual([])
})

test('a file that ends early is told once it is decoded', () => {
  expect(flagsOf(testSource(), { ...sound, durationS: 97 }, means)).toEqual(['source_truncated'])
  expect(flagsOf(testSource(), { ...sound, durationS: null }, means)).toEqual([])
})

test('pictures that end long before their sound are told, and a claim that nobody believed', () => {
  const claims = { pictureS: 100, wholeS: 100 }
  expect(flagsOf(testSource({}, {}, { claims }), { ...sound, picturesS: 50 }, means)).toEqual(['source_truncated'])
  expect(flagsOf(testSource({}, {}, { claims }), { ...sound, picturesS: 99.5 }, means)).toEqual([])
  // What says itself that its pictures are few is as it says.
  const few = { pictureS: 40, wholeS: 100 }
  expect(flagsOf(testSource({}, {}, { claims: few }), { ...sound, picturesS: 40 }, means)).toEqual([])
  const lie = { pictureS: 140_000, wholeS: 140_000 }
  expect(flagsOf(testSource({}, {}, { claims: lie }), { ...sound, picturesS: 100 }, means)).toEqual([
    'source_truncated',
  ])
})

test.each([
  { damaged: 4, pictures: 48, isTold: false },
  { damaged: 48, pictures: 2_400, isTold: false },
  { damaged: 49, pictures: 2_400, isTold: true },
  { damaged: 5, pictures: 5, isTold: true },
])('that $damaged of $pictures pictures are broken is told: $isTold', ({ isTold, ...damage }) => {
  expect(flagsOf(testSource(), { ...sound, damage }, means)).toEqual(isTold ? ['source_damaged'] : [])
})

test('of Dolby Vision alone it is not said that its colours were fitted to ordinary screens', () => {
  expect(flagsOf(testSource({ hdr: 'pq' }), sound, means)).toEqual(['hdr'])
  expect(flagsOf(testSource({ hdr: 'pq', isDolbyVisionOnly: true }), sound, means)).toEqual(['dolby_vision'])
})

test('where this machine can not fit HDR to ordinary screens, it is not said that it did', () => {
  expect(flagsOf(testSource({ hdr: 'hlg' }), sound, { canToneMap: false })).toEqual(['hdr_unfitted'])
})

test('sound and words that are left out are told', () => {
  const more = testSource({}, {}, { soundTracks: 2, hasSubtitles: true })
  expect(flagsOf(more, sound, means)).toEqual(['sound_tracks', 'subtitles_inside'])
})
