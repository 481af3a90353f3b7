import { expect, test } from 'vitest'
import { endPlaylist, growingPlaylist, isCut, isGrowing } from './growing-playlist.ts'
import { parseMediaPlaylist } from './media-playlist.ts'

const playlist = {
  initName: 'init.mp4',
  segments: [
    { name: '0.m4s', durationS: 2 },
    { name: '1.m4s', durationS: 3.96 },
  ],
}

test('a playlist that grows says so and promises more', () => {
  expect(growingPlaylist(playlist, 'growing', 4)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-PLAYLIST-TYPE:EVENT
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000000,
0.m4s
#EXTINF:3.960000,
1.m4s
`)
})

test('its target duration is the same from the first segments on, unless one is longer', () => {
  expect(growingPlaylist(playlist, 'growing', 12)).toContain('TARGETDURATION:12')
  const longer = { ...playlist, segments: [...playlist.segments, { name: '2.m4s', durationS: 14.6 }] }
  expect(growingPlaylist(longer, 'growing', 12)).toContain('TARGETDURATION:15')
})

test('what is written is read again as the same', () => {
  expect(parseMediaPlaylist(growingPlaylist(playlist, 'whole', 4))).toEqual(playlist)
})

test('a whole one has an end, and one that goes on elsewhere is known from it', () => {
  const [growing, whole, moved] = (['growing', 'whole', 'moved'] as const).map((end) =>
    growingPlaylist(playlist, end, 4),
  )
  expect([growing, whole, moved].map((text) => isGrowing(text!))).toEqual([true, false, false])
  expect([growing, whole, moved].map((text) => isCut(text!))).toEqual([true, false, true])
})

test('a playlist whose worker died is ended where it stands, once', () => {
  const growing = growingPlaylist(playlist, 'growing', 4)
  expect(endPlaylist(growing, 'moved')).toBe(growingPlaylist(playlist, 'moved', 4))
  const whole = growingPlaylist(playlist, 'whole', 4)
  expect(endPlaylist(growing, 'whole')).toBe(whole)
  expect(endPlaylist(whole, 'moved')).toBe(whole)
})
