import { expect, test } from 'vitest'
import { judgeFolder } from './watch-folder.ts'

const mb = 1024 * 1024
const limits = { maxFolderMb: 100, leastFreeMb: 10 }

test.each([
  { before: 0, usedBytes: 100 * mb, freeBytes: 10 * mb, verdict: null },
  { before: 0, usedBytes: 100 * mb + 1, freeBytes: 10 * mb, verdict: 'output' },
  { before: 0, usedBytes: 0, freeBytes: 10 * mb - 1, verdict: 'disk' },
  { before: 500 * mb, usedBytes: 1_600 * mb, freeBytes: 1e12, verdict: null },
  { before: 500 * mb, usedBytes: 1_601 * mb, freeBytes: 1e12, verdict: 'output' },
])('a folder of $before bytes that has grown to $usedBytes beside $freeBytes free ones is $verdict', (what) => {
  expect(judgeFolder(what, limits)).toBe(what.verdict)
})
