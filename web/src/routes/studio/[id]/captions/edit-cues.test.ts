import { expect, test } from 'vitest'
import { addCue, asSaved, changeCue, cueAt, deleteCue, edited, mergeWithNext, shiftAll, splitCue } from './edit-cues.ts'

const list = () =>
  edited([
    { startMs: 1_000, endMs: 3_000, text: 'One two three four', settings: 'line:0' },
    { startMs: 4_000, endMs: 5_000, text: 'Five' },
  ])
const times = (cues: readonly { startMs: number; endMs: number }[]) => cues.map((cue) => [cue.startMs, cue.endMs])

test('a new cue follows the one before it and ends before the next', () => {
  const cues = list()
  const { cues: more, id } = addCue(cues, cues[0]!.id)
  expect(times(more)).toEqual([
    [1_000, 3_000],
    [3_000, 4_000],
    [4_000, 5_000],
  ])
  expect(more[1]).toMatchObject({ id, text: '' })
  expect(times(addCue(more, more[2]!.id).cues).at(-1)).toEqual([5_000, 7_000])
})

test('the first cue of an empty list begins where the player is', () => {
  expect(times(addCue([], null, 7_000).cues)).toEqual([[7_000, 9_000]])
})

test('a cue is split at the cursor, and its time in proportion', () => {
  const cues = list()
  const split = splitCue(cues, cues[0]!.id, 8)!
  expect(split.cues.map((cue) => cue.text)).toEqual(['One two', 'three four', 'Five'])
  expect(times(split.cues)).toEqual([
    [1_000, 1_889],
    [1_889, 3_000],
    [4_000, 5_000],
  ])
  expect(split.cues[1]).toMatchObject({ id: split.id, settings: 'line:0' })
})

test('without a cursor it is split between two words', () => {
  const cues = list()
  expect(splitCue(cues, cues[0]!.id, 0)!.cues.map((cue) => cue.text)).toEqual(['One two', 'three four', 'Five'])
})

test('two cues become one from the start of the first to the end of the last', () => {
  const cues = list()
  expect(mergeWithNext(cues, cues[0]!.id)).toMatchObject([
    { startMs: 1_000, endMs: 5_000, text: 'One two three four\nFive' },
  ])
  expect(mergeWithNext(cues, cues[1]!.id)).toBeNull()
})

test('all are shifted alike, and none out of the clock', () => {
  expect(times(shiftAll(list(), 250))).toEqual([
    [1_250, 3_250],
    [4_250, 5_250],
  ])
  expect(times(shiftAll(list(), -9_000))).toEqual([
    [0, 2_000],
    [3_000, 4_000],
  ])
  expect(shiftAll([], 5)).toEqual([])
})

test('changes and deletions leave the others as they are', () => {
  const cues = list()
  expect(changeCue(cues, cues[1]!.id, { text: 'Six' })).toEqual([cues[0], { ...cues[1], text: 'Six' }])
  expect(deleteCue(cues, cues[0]!.id)).toEqual([cues[1]])
})

test('the cue of a moment is the one shown, else the last before', () => {
  expect([500, 1_500, 3_500, 4_000, 9_000].map((at) => cueAt(list(), at))).toEqual([-1, 0, 0, 1, 1])
})

test('what was saved keeps its ids, though it was sorted and cleaned', () => {
  const [one, two] = list()
  const saved = asSaved(
    [two!, one!],
    [{ ...one!, text: 'Clean' }, two!].map(({ id: _, ...cue }) => cue),
  )
  expect(saved).toEqual([{ ...one, text: 'Clean' }, two])
})
