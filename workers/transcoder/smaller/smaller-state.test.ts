import { expect, test } from 'vitest'
import { chooseRateFactor, nextTrial, type Trial } from './choose-rate-factor.ts'
import { partsOf } from './plan-smaller.ts'
import { isSmaller, type MadeSmaller, nextStep, type SmallerPlan } from './smaller-state.ts'

const plan = {
  ladder: { renditions: [{ name: '720p' }, { name: '360p' }] },
  parts: [
    { fromFrame: 0, frames: 100 },
    { fromFrame: 100, frames: 50 },
  ],
} as unknown as SmallerPlan

const likeness = { bytes: 70, usualBytes: 100, ssim: 0.98, usualSsim: 0.98, frames: 100 }
const made = (more = {}): MadeSmaller => ({ result: { renditions: {} }, likeness: { ...likeness, ...more } })

test('every size is tried before any is made, then part after part, then all of it is published', () => {
  expect(nextStep({})).toEqual({ kind: 'plan' })
  expect(nextStep({ plan })).toEqual({ kind: 'try', rung: '720p' })
  const tried = { rateFactor: 40, parts: [] }
  expect(nextStep({ plan, rungs: { '720p': tried } })).toEqual({ kind: 'try', rung: '360p' })
  expect(nextStep({ plan, rungs: { '720p': tried, '360p': tried } })).toEqual({ kind: 'part', rung: '720p', part: 0 })
  const done = { rateFactor: 40, parts: [made(), made()] }
  const half = { rateFactor: 40, parts: [made()] }
  expect(nextStep({ plan, rungs: { '720p': done, '360p': half } })).toEqual({ kind: 'part', rung: '360p', part: 1 })
  expect(nextStep({ plan, rungs: { '720p': done, '360p': done } })).toEqual({ kind: 'publish' })
})

test('one size that is not worth it ends the work on all', () => {
  expect(nextStep({ plan, rungs: { '720p': { rateFactor: null, parts: [] } } })).toEqual({ kind: 'leave' })
  const large = { rateFactor: 40, parts: [made({ bytes: 95 }), made()] }
  expect(nextStep({ plan, rungs: { '720p': large, '360p': { rateFactor: 40, parts: [] } } })).toEqual({ kind: 'leave' })
})

test('smaller is a fifth less, at a likeness that nobody can tell from the other', () => {
  expect(isSmaller({ ...likeness, bytes: 80 })).toBe(true)
  expect(isSmaller({ ...likeness, bytes: 81 })).toBe(false)
  expect(isSmaller({ ...likeness, ssim: 0.9785 })).toBe(false)
})

test('the rate factor is found by halving steps and is the highest that still looks as good', () => {
  const usual = { bytes: 1_000, ssim: 0.97 }
  // As if every step cost a thousandth of likeness and gained fifty bytes.
  const encode = (rateFactor: number): Trial => ({
    rateFactor,
    ssim: 1 - rateFactor / 1_000 + 0.0075,
    bytes: 2_500 - rateFactor * 50,
  })
  const trials: Trial[] = []
  for (let next = nextTrial(trials, usual.ssim); next !== null; next = nextTrial(trials, usual.ssim))
    trials.push(encode(next))
  expect(trials.map(({ rateFactor }) => rateFactor)).toEqual([35, 43, 39, 37, 38])
  expect(chooseRateFactor(trials, usual)).toBe(37)
  expect(chooseRateFactor(trials, { ...usual, bytes: 700 })).toBeNull()
  expect(chooseRateFactor(trials, { ...usual, ssim: 0.99 })).toBeNull()
})

test('parts are cut where the published ones were, counted in pictures', () => {
  const segments = [
    { name: 'p1-t1-0.m4s', durationS: 2 },
    { name: 'p1-t1-1.m4s', durationS: 2.52 },
    { name: 'p3-t2-0.m4s', durationS: 4 },
    { name: 'p3-t2-1.m4s', durationS: 0.04 },
  ]
  expect(partsOf({ initName: 'p1-t1-init.mp4', segments }, 25)).toEqual([
    { fromFrame: 0, frames: 113 },
    { fromFrame: 113, frames: 101 },
  ])
})
