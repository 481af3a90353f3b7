import { expect, test } from 'vitest'
import type { VideoImport } from '#contract/imports.ts'
import { createFormat } from './format.ts'
import { importSentence } from './import-sentence.ts'
import { en } from './words/en.ts'

const one: VideoImport = {
  videoId: 'v',
  title: 'A film',
  host: 'films.example',
  state: 'fetching',
  receivedBytes: 12_000_000,
  totalBytes: 40_000_000,
  bytesPerSecond: 2_000_000,
  secondsLeft: 14,
  failure: null,
  createdAt: '2026-01-01T00:00:00.000Z',
}
const say = (what: Partial<VideoImport>) => importSentence({ ...one, ...what }, en, createFormat('en'))

test('how much of it has arrived, how fast, and how long it will take', () => {
  expect(say({})).toMatch(/^[\d.]+ MB of [\d.]+ MB have arrived\. [\d.]+ MB per second\. About 14 sec left\.$/)
})

test('nothing is said that is not known', () => {
  expect(say({ totalBytes: null, secondsLeft: null, bytesPerSecond: 0 })).toMatch(/^[\d.]+ MB have arrived\.$/)
  expect(say({ receivedBytes: 0 })).toBe('Asking that site for the file.')
  expect(say({ state: 'waiting' })).toBe('Waiting for its turn.')
})
