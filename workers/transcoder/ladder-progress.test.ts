import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { ladderProgress } from './ladder-progress.ts'
import { chooseLadder } from './media/ladder/choose-ladder.ts'

const source = testSource()
const ladder = { ...chooseLadder(source), frameRate: { numerator: 25, denominator: 1 } }
const plan = { source, ladder, frames: 2_500 }
const none = { frames: 0, speed: 0 }

test('the ladder is told in pictures of all parts, with the time that the rest takes at the speed of all workers', () => {
  const half = ladderProgress(
    { ...plan, source: { ...source, audio: null } },
    { pictures: { frames: 1_250, speed: 2 }, sound: none },
  )
  expect(half).toEqual({ stage: 'ladder', percent: 50, speed: 2, secondsLeft: 25 })
})

test('where the sound takes longer than the pictures, its share and its time are still to come', () => {
  const sound = { frames: 1_250, speed: 5 }
  const progress = ladderProgress(plan, { pictures: { frames: 2_500, speed: 0 }, sound })
  expect(progress).toEqual({ stage: 'ladder', percent: 97.6, speed: 5, secondsLeft: 10 })
})

test('what is still to be joined is never said to be all done, nor what claims no length half done', () => {
  const all = { frames: 2_600, speed: 3 }
  expect(ladderProgress(plan, { pictures: all, sound: all })).toMatchObject({ percent: 99, secondsLeft: 0 })
  expect(ladderProgress({ ...plan, frames: null }, { pictures: all, sound: all })).toMatchObject({
    ...{ percent: 0, secondsLeft: null },
  })
})

test('while pictures wait for a worker nobody knows how long they take, however soon the sound is done', () => {
  const pictures = { frames: 1_000, speed: 0 }
  expect(ladderProgress(plan, { pictures, sound: { frames: 2_400, speed: 80 } })).toMatchObject({
    ...{ speed: 0, secondsLeft: null },
  })
})
