import { test } from 'vitest'
import { raceReplacements } from '#support/replace-races.ts'

test('a hundred videos whose files are replaced while other things are done to them are all of their last file', async () => {
  await raceReplacements(100, Date.now() % 1_000_000)
}, 900_000)
