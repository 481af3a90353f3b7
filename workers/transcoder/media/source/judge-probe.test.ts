import { expect, test } from 'vitest'
import { judgeProbe } from './judge-probe.ts'
import type { ProbedStream, ProbeReport } from './probe.ts'

const picture: ProbedStream = {
  index: 0,
  codec_type: 'video',
  codec_name: 'h264',
  codec_tag_string: 'avc1',
  width: 1280,
  height: 720,
  r_frame_rate: '25/1',
  avg_frame_rate: '25/1',
  nb_frames: '250',
}
const sound: ProbedStream = { index: 1, codec_type: 'audio', codec_name: 'aac', channels: 2, sample_rate: '48000' }

function report(streams: Partial<ProbedStream>[], format: Partial<ProbeReport['format']> = {}): ProbeReport {
  return { streams: streams.map((stream, index) => ({ ...stream, index })), format: { format_name: 'mov', ...format } }
}

function codeOf(streams: Partial<ProbedStream>[]): string | undefined {
  try {
    judgeProbe(report(streams))
  } catch (error) {
    return (error as { code: string }).code
  }
}

test.each([
  ['nothing at all', [], 'not_a_video'],
  ['subtitles alone', [{ codec_type: 'subtitle', codec_name: 'unknown' }], 'not_a_video'],
  ['sound alone', [sound], 'no_video'],
  ['sound with a cover picture', [sound, { ...picture, disposition: { attached_pic: 1 } }], 'no_video'],
  ['a protected track', [{ ...picture, codec_tag_string: 'encv' }], 'encrypted'],
  ['a codec nobody knows', [{ ...picture, codec_name: 'unknown', codec_tag_string: 'vvc1' }], 'codec_unsupported'],
  ['a picture without a size', [{ ...picture, width: 0, height: 0 }], 'no_frames'],
  ['a picture of one pixel', [{ ...picture, width: 1, height: 1 }], 'dimensions'],
  ['a picture of 9841 pixels', [{ ...picture, width: 9841, height: 705 }], 'dimensions'],
  ['a picture with too many pixels in all', [{ ...picture, width: 8192, height: 8192 }], 'dimensions'],
])('%s is refused by its name', (_what, streams, code) => {
  expect(codeOf(streams)).toBe(code)
})

test('a codec we cannot decode is named, so that the owner knows which', () => {
  expect(() => judgeProbe(report([{ ...picture, codec_name: 'unknown', codec_tag_string: 'vvc1' }]))).toThrow('vvc1')
})

test('of several pictures the largest one that has frames is taken', () => {
  const streams = [
    { ...picture, width: 1920, height: 1080, nb_frames: undefined },
    { ...picture, width: 320, height: 180 },
    { ...picture, width: 640, height: 360 },
  ]
  expect(judgeProbe(report(streams)).video).toMatchObject({ streamIndex: 2, displayWidth: 640 })
})

test('of several sounds the default one that can be decoded is taken', () => {
  const streams = [picture, { ...sound, codec_name: 'unknown' }, sound, { ...sound, disposition: { default: 1 } }]
  expect(judgeProbe(report(streams)).audio?.streamIndex).toBe(3)
})

test.each([
  [-90, 720, 1280],
  [90, 720, 1280],
  [180, 1280, 720],
])('a display matrix of %d degrees makes it %d by %d', (rotation, displayWidth, displayHeight) => {
  const turned = { ...picture, side_data_list: [{ side_data_type: 'Display Matrix', rotation }] }
  expect(judgeProbe(report([turned])).video).toMatchObject({ displayWidth, displayHeight, isTurned: true })
})

test('oblong pixels are made square', () => {
  const video = judgeProbe(report([{ ...picture, width: 720, height: 576, sample_aspect_ratio: '64:45' }])).video
  expect(video).toMatchObject({ displayWidth: 1024, displayHeight: 576, hasSquarePixels: false })
})

test('the claimed length is that of the tracks we take, where they say', () => {
  const streams = [
    { ...picture, duration: '13.0' },
    { ...sound, duration: '13.1' },
  ]
  expect(judgeProbe(report(streams, { duration: '16.6' })).claimedDurationS).toBe(13.1)
  expect(judgeProbe(report([picture], { duration: '16.6' })).claimedDurationS).toBe(16.6)
  expect(judgeProbe(report([picture])).claimedDurationS).toBeNull()
})

test('HDR is known by its transfer curve', () => {
  expect(judgeProbe(report([{ ...picture, color_transfer: 'arib-std-b67' }])).video.hdr).toBe('hlg')
  expect(judgeProbe(report([{ ...picture, color_transfer: 'smpte2084' }])).video.hdr).toBe('pq')
  expect(judgeProbe(report([{ ...picture, color_transfer: 'bt709' }])).video.hdr).toBeNull()
})

test('what a header claims of its pictures is kept, as MP4 and as Matroska tell it', () => {
  const timed = { ...picture, duration: '13.1' }
  expect(judgeProbe(report([timed], { duration: '16.6' })).claims).toEqual({ pictureS: 13.1, wholeS: 13.1 })
  const tagged = { ...picture, tags: { DURATION: '01:00:02.500000000' } }
  expect(judgeProbe(report([tagged], { duration: '3700' })).claims).toEqual({ pictureS: 3_602.5, wholeS: 3_700 })
})

test('tells how many sounds and whether words are in a file of which one sound is taken', () => {
  const words: ProbedStream = { index: 2, codec_type: 'subtitle', codec_name: 'subrip' }
  const source = judgeProbe(report([picture, sound, { ...sound, disposition: { default: 1 } }, words]))
  expect([source.soundTracks, source.hasSubtitles, source.audio?.streamIndex]).toEqual([2, true, 2])
  const plain = judgeProbe(report([picture, sound, { ...words, codec_name: 'unknown' }]))
  expect([plain.soundTracks, plain.hasSubtitles]).toEqual([1, false])
})
