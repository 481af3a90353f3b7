import { expect, test } from 'vitest'
import { chooseRecordingType, recordingFileName } from './recording-type.ts'

test('H.264 in Matroska is taken where MP4 can’t be recorded', () => {
  const chromiumWithoutAac = (type: string) => type.includes('avc1,opus') || type.startsWith('video/webm')
  expect(chooseRecordingType(chromiumWithoutAac)).toBe('video/x-matroska;codecs=avc1,opus')
})

test('a browser that records only VP8 or VP9 still records', () => {
  expect(chooseRecordingType((type) => type === 'video/webm')).toBe('video/webm')
})

test('a browser that records nothing is told apart', () => {
  expect(chooseRecordingType(() => false)).toBeNull()
})

test('the file is named after its container', () => {
  expect(recordingFileName('video/mp4;codecs=avc1.42E01E,mp4a.40.2')).toBe('recording.mp4')
  expect(recordingFileName('video/x-matroska;codecs=avc1,opus')).toBe('recording.mkv')
  expect(recordingFileName('video/webm')).toBe('recording.webm')
})
