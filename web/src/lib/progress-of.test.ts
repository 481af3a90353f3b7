import { expect, test } from 'vitest'
import type { Progress } from '#contract/video.ts'
import { progressOf } from './progress-of.ts'

function making(stage: Progress['stage'], percent = 0, secondsLeft: number | null = null): Progress {
  return { stage, percent, speed: 1, secondsLeft }
}

test('a video in the queue is sent, and waits', () => {
  expect(progressOf({ status: 'queued', progress: null })).toEqual({
    stepsDone: 1,
    share: null,
    sentence: { key: 'waiting' },
    spoken: 'waiting',
    speed: null,
  })
})

test('while the first version is made the line tells when it can be played', () => {
  expect(progressOf({ status: 'processing', progress: making('first', 40, 12) })).toEqual({
    stepsDone: 1,
    share: 0.4,
    sentence: { key: 'firstLeft', leftMs: 12_000 },
    spoken: 'first',
    speed: 1,
  })
})

test('a playable video is two steps done whatever is being made', () => {
  expect(progressOf({ status: 'playable', progress: making('ladder', 25, 120) })).toEqual({
    stepsDone: 2,
    share: 0.25,
    sentence: { key: 'ladderLeft', leftMs: 120_000 },
    spoken: 'ladder',
    speed: 1,
  })
  expect(progressOf({ status: 'playable', progress: null }).sentence).toEqual({ key: 'ladder' })
})

test('no countdown is shown while nobody knows the time left, nor for the last moment', () => {
  expect(progressOf({ status: 'processing', progress: making('first', 5) }).sentence).toEqual({ key: 'first' })
  expect(progressOf({ status: 'processing', progress: making('first', 99, 1) }).sentence).toEqual({ key: 'first' })
})

test('ready is all three steps, and failed stays at what was sent', () => {
  expect(progressOf({ status: 'ready', progress: null }).stepsDone).toBe(3)
  expect(progressOf({ status: 'failed', progress: making('first', 50) })).toMatchObject({
    stepsDone: 1,
    share: null,
    sentence: { key: 'failed' },
  })
})

test('what is left of the first version is not counted among the sharper ones', () => {
  expect(progressOf({ status: 'playable', progress: making('first', 100) })).toMatchObject({
    stepsDone: 2,
    share: null,
    sentence: { key: 'ladder' },
    speed: null,
  })
})

test('who hears the line is not told every second of a countdown', () => {
  const heard = [90, 60, 30].map((left) => progressOf({ status: 'playable', progress: making('ladder', 50, left) }))
  expect(heard.map(({ spoken }) => spoken)).toEqual(['ladder', 'ladder', 'ladder'])
})

test('work that waits for a full disk or a storage that is away says so, whether or not the video can be watched', () => {
  const held = { share: null, speed: null }
  expect(progressOf({ status: 'processing', progress: making('room') })).toMatchObject({
    ...held,
    sentence: { key: 'room' },
  })
  expect(progressOf({ status: 'playable', progress: making('storage') })).toMatchObject({
    ...held,
    stepsDone: 2,
    sentence: { key: 'storageLater' },
    spoken: 'storageLater',
  })
})
