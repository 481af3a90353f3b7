import { expect, test } from 'vitest'
import { believedTitle } from './believed-title.ts'

const nowMs = Date.UTC(2026, 4, 20)
const play = { grade: 'attested' as const, page: 'https://news.example/kites', issuedAtMs: nowMs - 1_000 }
const handshake = { origin: 'https://news.example', url: 'https://news.example/kites?from=mail', title: ' Kites\n' }

test('a page that two signals attest is believed what it calls itself', () => {
  expect(believedTitle(play, handshake, nowMs)).toBe('Kites')
})

test.each([
  ['whose site nobody but itself names', { ...play, grade: 'claimed' as const }, handshake],
  ['whose signals disagree', { ...play, grade: 'conflict' as const }, handshake],
  ['that says it of another page', play, { ...handshake, url: 'https://news.example/other' }],
  ['that answers from another origin', play, { ...handshake, origin: 'https://evil.example' }],
  ['that keeps its address', { ...play, page: '' }, handshake],
  ['whose viewer opens more than people do', { ...play, isExcess: true }, handshake],
  ['that is opened from a data centre', { ...play, isHosting: true }, handshake],
  ['that was opened an hour ago', { ...play, issuedAtMs: nowMs - 60 * 60_000 }, handshake],
  ['whose script is older and tells none', play, { origin: handshake.origin, url: handshake.url }],
  ['without our script', play, undefined],
])('nothing is believed of a page %s', (_, token, told) => {
  expect(believedTitle(token, told, nowMs)).toBe('')
})
