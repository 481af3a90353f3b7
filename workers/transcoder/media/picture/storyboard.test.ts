import { expect, test } from 'vitest'
import { isOtherLength } from './storyboard.ts'

test.each([
  [60_000, 60_900, false, 'a second more or less is within what a header may be wrong by'],
  [3_600_000, 3_550_000, false, 'and so are 2 % of a long video'],
  [3_600_000, 1_000, true, 'one second that claimed to be an hour is not'],
  [2_000, 4_000, true, 'nor is twice as much as was claimed'],
  [60_000, 0, false, 'while nothing is known of what is published nothing is wrong'],
])('a storyboard of %d ms for a video of %d ms is wrong: %s, since %s', (storyboardMs, publishedMs, isWrong) => {
  expect(isOtherLength(storyboardMs, publishedMs)).toBe(isWrong)
})
