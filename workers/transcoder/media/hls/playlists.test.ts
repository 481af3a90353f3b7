import { expect, test } from 'vitest'
import { ratesOf } from './describe-hls.ts'
import { masterPlaylist } from './master-playlist.ts'
import { durationOf, parseMediaPlaylist } from './media-playlist.ts'

const written = `#EXTM3U
#EXT-X-VERSION:7
#EXT-X-TARGETDURATION:4
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000000,
0.m4s
#EXTINF:4.000000,
1.m4s
#EXT-X-ENDLIST
`

test('a media playlist names its init segment and its segments with their lengths', () => {
  const playlist = parseMediaPlaylist(written)
  expect(playlist).toEqual({
    initName: 'init.mp4',
    segments: [
      { name: '0.m4s', durationS: 2 },
      { name: '1.m4s', durationS: 4 },
    ],
  })
  expect(durationOf(playlist)).toBe(6)
})

test('bandwidths are those of the bytes: the heaviest segment and the mean of all', () => {
  const playlist = parseMediaPlaylist(written)
  const sizes = new Map([
    ['720p/0.m4s', 1_000_000],
    ['720p/1.m4s', 500_000],
  ])
  expect(ratesOf({ name: '720p', playlist }, sizes)).toEqual({
    peakBitsPerSecond: 4_000_000,
    averageBitsPerSecond: 2_000_000,
  })
})

const variant = {
  uri: '720p/playlist.m3u8',
  width: 1280,
  height: 720,
  framesPerSecond: 30_000 / 1_001,
  codecs: ['avc1.64001f'],
  peakBitsPerSecond: 2_000_000.4,
  averageBitsPerSecond: 1_000_000,
}

test('a variant counts the sound it needs', () => {
  const audio = {
    uri: 'audio/playlist.m3u8',
    codec: 'mp4a.40.2',
    channels: 2,
    peakBitsPerSecond: 130_000,
    averageBitsPerSecond: 128_000,
  }
  expect(masterPlaylist([variant], audio)).toBe(`#EXTM3U
#EXT-X-VERSION:7
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="audio/playlist.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=2130001,AVERAGE-BANDWIDTH=1128000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio"
720p/playlist.m3u8
`)
})

test('a silent video has no audio group', () => {
  expect(masterPlaylist([variant], null)).not.toContain('AUDIO')
})
