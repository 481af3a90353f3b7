import { expect, test } from 'vitest'
import { namesIn } from './names-in.ts'

test('a playlist names what stands on lines of its own and in URIs, beside itself', () => {
  const master =
    '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI="audio/playlist.m3u8"\n#EXT-X-STREAM-INF:X=1\n720p/playlist.m3u8\n'
  expect(namesIn(master, 'v/1/master.m3u8')).toEqual(['v/1/720p/playlist.m3u8', 'v/1/audio/playlist.m3u8'])
  const media = '#EXTM3U\r\n#EXT-X-MAP:URI="init.mp4"\r\n#EXTINF:4,\r\n0.m4s\r\n'
  expect(namesIn(media, 'v/1/720p/playlist.m3u8')).toEqual(['v/1/720p/0.m4s', 'v/1/720p/init.mp4'])
})
