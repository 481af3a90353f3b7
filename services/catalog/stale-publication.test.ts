import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import type { Attempt } from './attempts.ts'
import { claimAttempt } from './claim-attempt.ts'
import { claimPart, finishPart } from './parts.ts'
import { planParts } from './plan-parts.ts'
import { mayGrow, publishAttempt, recordFacts } from './publish-attempt.ts'

let site: TestSite
beforeAll(async () => {
  site = await openTestSite()
})
afterAll(() => site?.close())

const posterKey = null

/** A video whose first version is in the hands of the worker that planned. */
async function planned(): Promise<Attempt> {
  const path = join(site.folder, 'source')
  await writeFile(path, 'a source')
  const { id: videoId } = await site.upload(path)
  const claim = await claimAttempt(site.catalog.database, { videoId, jobId: crypto.randomUUID(), worker: 'one' })
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  const parts = [{ kind: 'pictures' as const, fromFrame: 0, frames: null }]
  await planParts(site.catalog, claim.attempt, { plan: {}, parts, worker: 'one', jobId: crypto.randomUUID() })
  return claim.attempt
}

test('a worker that was paused before showing a beginning changes nothing once the whole is shown', async () => {
  const { database } = site.catalog
  const attempt = await planned()
  expect(await mayGrow(database, attempt)).toBe(true)
  const whole = { prefix: `videos/${attempt.videoId}/a1/ladder`, posterKey, isWhole: true }
  const facts = { durationMs: 9_000, width: 320, height: 240, flags: [] }
  expect(await publishAttempt(database, attempt, { ...whole, facts })).toBe(true)
  const before = await site.row(attempt.videoId)
  const beginning = { prefix: `videos/${attempt.videoId}/a1/first`, posterKey, isWhole: false }
  expect(await publishAttempt(database, attempt, beginning)).toBe(false)
  expect(await mayGrow(database, attempt)).toBe(false)
  expect(await recordFacts(database, attempt, { ...facts, durationMs: 1 })).toBe(false)
  expect(await site.row(attempt.videoId)).toEqual(before)
  // The answer to the switch may have been lost: then it is made again.
  expect(await publishAttempt(database, attempt, { ...whole, facts })).toBe(true)
  expect(await site.row(attempt.videoId)).toMatchObject({ status: 'ready', published_at: before.published_at })
})

test('a worker that was paused before showing a beginning changes nothing once another shows a later one', async () => {
  const { database } = site.catalog
  const attempt = await planned()
  const job = { videoId: attempt.videoId, attempt: 1, part: 0, jobId: crypto.randomUUID(), worker: 'other' }
  const taken = await claimPart(database, job)
  if (taken.kind !== 'claimed') throw new Error(taken.kind)
  expect(await mayGrow(database, { ...attempt, firstTry: taken.claim.try })).toBe(true)
  expect(await mayGrow(database, attempt)).toBe(false)
  const later = { prefix: `videos/${attempt.videoId}/a1/t2/first`, posterKey, isWhole: false }
  expect(await publishAttempt(database, { ...attempt, firstTry: taken.claim.try }, later)).toBe(true)
  const earlier = { prefix: `videos/${attempt.videoId}/a1/first`, posterKey, isWhole: false }
  expect(await publishAttempt(database, attempt, earlier)).toBe(false)
  expect(await site.row(attempt.videoId)).toMatchObject({ published_prefix: later.prefix })
  expect(await finishPart(site.catalog, { ...taken.claim, try: 1 }, {})).toBe(false)
})
