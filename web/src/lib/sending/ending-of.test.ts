import { expect, test } from 'vitest'
import { endingOf } from './ending-of.ts'

test('of a file that can never become a video nothing is kept, and only another one helps', () => {
  expect(['not_a_video', 'file_empty', 'file_too_large'].map(endingOf)).toEqual(Array(3).fill('anotherFile'))
})

test('where there was no room, or no video any more, the same file may be sent from its beginning', () => {
  expect(['quota', 'quota_videos', 'video_deleted'].map(endingOf)).toEqual(Array(3).fill('anew'))
})

test('what was sent is kept where somebody has to sign in or free the disk', () => {
  expect(['not_signed_in', 'storage_full', 'too_many_uploads'].map(endingOf)).toEqual([null, null, null])
})
