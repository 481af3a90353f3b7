import { expect, test } from 'vitest'
import { correctMaster } from './correct-master.ts'

const master = [
  '#EXTM3U',
  '#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=30.000',
  '180p/playlist.m3u8',
  '#EXT-X-STREAM-INF:BANDWIDTH=500,AVERAGE-BANDWIDTH=400,RESOLUTION=160x90,FRAME-RATE=30.000',
  '90p/playlist.m3u8',
  '',
].join('\n')

function fault(path: string, attribute: string, value: string) {
  return { code: attribute.toLowerCase(), path, message: 'differs', truth: { attribute, value } }
}

test('what differs from what was measured is put right, for the variant that it is about', () => {
  const faults = [
    fault('90p/playlist.m3u8', 'BANDWIDTH', '555'),
    fault('90p/playlist.m3u8', 'FRAME-RATE', '23.976'),
    fault('180p/playlist.m3u8', 'AVERAGE-BANDWIDTH', '850'),
  ]
  expect(correctMaster(master, faults)).toBe(
    master
      .replace('BANDWIDTH=500', 'BANDWIDTH=555')
      .replace('160x90,FRAME-RATE=30.000', '160x90,FRAME-RATE=23.976')
      .replace('AVERAGE-BANDWIDTH=800', 'AVERAGE-BANDWIDTH=850'),
  )
})

test('what is no claim of a variant changes nothing', () => {
  expect(correctMaster(master, [{ code: 'sound_end', path: '90p/playlist.m3u8', message: 'ends early' }])).toBe(master)
  expect(correctMaster(master, [fault('elsewhere/playlist.m3u8', 'BANDWIDTH', '1')])).toBe(master)
})
