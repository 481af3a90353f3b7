import { test } from 'vitest'
import { raceReplacements } from '#support/replace-races.ts'

test('however replacing, stopping, hiding and deleting meet the work on a video, what comes out is all of the last file', async () => {
  await raceReplacements(4, 16)
}, 240_000)
