import { expect, test } from 'vitest'
import { onward, stageProgress } from './report-progress.ts'

const ladder = stageProgress('ladder', 50, 100, 2)

test('progress is a share of the seconds of video, with the time that the rest takes at this speed', () => {
  expect(ladder).toEqual({ stage: 'ladder', percent: 50, speed: 2, secondsLeft: 25 })
})

test('more than was claimed is still no more than everything', () => {
  expect(stageProgress('ladder', 120, 100, 2)).toMatchObject({ percent: 100, secondsLeft: 0 })
})

test('what claims no length has no share and no end', () => {
  expect(stageProgress('ladder', 50, null, 2)).toMatchObject({ percent: 0, secondsLeft: null })
})

test('within a stage progress never runs backwards', () => {
  expect(onward(ladder, stageProgress('ladder', 40, 100, 2))).toMatchObject({ stage: 'ladder', percent: 50 })
  expect(onward(ladder, stageProgress('ladder', 60, 100, 2))).toMatchObject({ percent: 60 })
})

test('a stage that is over is not told again, and a new one begins at its own beginning', () => {
  expect(onward(ladder, stageProgress('first', 5, 6, 2))).toBeNull()
  expect(onward(ladder, stageProgress('publishing', 0, null, 0))).toMatchObject({ stage: 'publishing', percent: 0 })
})
