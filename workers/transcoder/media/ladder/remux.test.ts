import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { canRemux, isWorthPublishing, remuxCommand } from './remux.ts'

test('ordinary H.264 with AAC is copied, picture and sound', () => {
  expect(canRemux(testSource())).toBe(true)
  const [output] = remuxCommand(testSource(), 'remux', { maxDurationS: 60 }).outputs
  expect(output!.options.join(' ')).toMatch(
    /-map 0:0 -c:v copy -bsf:v filter_units=remove_types=6,\S+ -map 0:1 -c:a copy/,
  )
})

test.each([
  ['another codec', { codec: 'vp9' }],
  ['ten bits', { pixelFormat: 'yuv420p10le', profile: 'High 10' }],
  ['interlaced', { isProgressive: false }],
  ['turned', { isTurned: true }],
  ['oblong pixels', { hasSquarePixels: false }],
  ['HDR', { hdr: 'hlg' as const }],
  ['parameter sets among the pictures', { isAvc1: false }],
])('%s is not', (_what, video) => {
  expect(canRemux(testSource(video))).toBe(false)
})

test('sound that begins elsewhere than the picture needs the encoder', () => {
  expect(canRemux(testSource({}, { startS: 0.5 }))).toBe(false)
})

test('a bit rate that stalls most lines is not handed to viewers', () => {
  expect(canRemux(testSource({}, {}, { bitsPerSecond: 60_000_000 }))).toBe(false)
})

test.each([
  ['another codec', { codec: 'opus' }],
  ['HE-AAC', { profile: 'HE-AAC' }],
  ['six channels', { channels: 6 }],
])('sound in %s becomes stereo AAC', (_what, audio) => {
  const [output] = remuxCommand(testSource({}, audio), 'remux', { maxDurationS: 60 }).outputs
  expect(output!.options.join(' ')).toContain('-map 0:1 -c:a aac -b:a 128k -ac 2')
})

test('few keyframes make segments too long to start or seek in, and the copy is not published', () => {
  const segments = (durationS: number) => ({ initName: 'init.mp4', segments: [{ name: '0.m4s', durationS }] })
  expect(isWorthPublishing(segments(10))).toBe(true)
  expect(isWorthPublishing(segments(13))).toBe(false)
  expect(isWorthPublishing({ initName: 'init.mp4', segments: [] })).toBe(false)
})
