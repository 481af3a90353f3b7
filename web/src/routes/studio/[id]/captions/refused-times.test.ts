import { expect, test } from 'vitest'
import { changeCue, deleteCue, edited } from './edit-cues.ts'
import { withoutSettled, withRefused } from './refused-times.ts'

const cues = edited([{ startMs: 0, endMs: 1_000, text: 'One' }])
const id = cues[0]!.id
const refused = withRefused(withRefused(new Map(), id, 'startMs', 'x'), id, 'endMs', 'soon')

test('a refused time is remembered by its field until the field holds a time', () => {
  expect(refused.get(id)).toEqual({ startMs: 'x', endMs: 'soon' })
  const less = withRefused(refused, id, 'startMs', null)
  expect(less.get(id)).toEqual({ endMs: 'soon' })
  expect(withRefused(less, id, 'endMs', null).size).toBe(0)
})

test('it stays while the text changes, and goes with its cue or once its time comes another way', () => {
  expect(withoutSettled(refused, cues, changeCue(cues, id, { text: 'Two' }))).toEqual(refused)
  expect(withoutSettled(refused, cues, changeCue(cues, id, { endMs: 2_000 })).get(id)).toEqual({ startMs: 'x' })
  expect(withoutSettled(refused, cues, deleteCue(cues, id)).size).toBe(0)
})
