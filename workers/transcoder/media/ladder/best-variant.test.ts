import { expect, test } from 'vitest'
import { masterPlaylist } from '../hls/master-playlist.ts'
import { bestVariant } from './best-variant.ts'

const rates = { peakBitsPerSecond: 1_000, averageBitsPerSecond: 900, framesPerSecond: 25, codecs: ['avc1.64001f'] }

test('the sharpest pictures and the sound beside them are taken, in whatever order they stand', () => {
  const variants = [360, 1080, 720].map((height) => ({ ...rates, uri: `${height}p/p.m3u8`, width: height, height }))
  const audio = { ...rates, uri: 'audio/p.m3u8', codec: 'mp4a.40.2', channels: 2 }
  expect(bestVariant(masterPlaylist(variants, audio))).toEqual({ pictures: '1080p/p.m3u8', sound: 'audio/p.m3u8' })
  expect(bestVariant(masterPlaylist(variants, null))).toEqual({ pictures: '1080p/p.m3u8', sound: null })
})

test('of sizes that are the same the one with more bits is taken, and of nothing nothing', () => {
  const variants = [1, 3, 2].map((bits) => ({
    ...rates,
    uri: `${bits}.m3u8`,
    width: 16,
    height: 16,
    peakBitsPerSecond: bits,
  }))
  expect(bestVariant(masterPlaylist(variants, null))?.pictures).toBe('3.m3u8')
  expect(bestVariant('#EXTM3U\n')).toBeNull()
})

test('what not every device plays is left out, however sharp it is', () => {
  const newer = { ...rates, uri: 'av1.m3u8', width: 4_000, height: 4_000, codecs: ['av01.0.08M.08'] }
  expect(
    bestVariant(masterPlaylist([newer, { ...rates, uri: 'avc.m3u8', width: 16, height: 16 }], null))?.pictures,
  ).toBe('avc.m3u8')
})
