import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { acceptUpload } from './accept-upload.ts'
import { claimAttempt } from './claim-attempt.ts'
import type { Catalog } from './open-catalog.ts'
import { claimPart } from './parts.ts'
import { planParts } from './plan-parts.ts'
import { requeueStranded } from './requeue-stranded.ts'
import { isAnotherWaiting } from './video-turns.ts'
import { yieldFirst } from './yield-first.ts'

let site: TestSite
let catalog: Catalog

beforeAll(async () => {
  site = await openTestSite()
  catalog = site.catalog
  const eve = { id: 'eve', name: 'eve', email: 'eve@example.org', emailVerified: true }
  await catalog.database.insertInto('user').values(eve).execute()
})
afterAll(() => site?.close())

async function upload(ownerId: string): Promise<string> {
  const uploadId = crypto.randomUUID()
  const about = { sourceKey: `sources/${uploadId}`, sizeBytes: 5, fileName: 'a.mp4', title: 'A' }
  return (await acceptUpload(catalog, { uploadId, ownerId, visibility: 'public', ...about })).id
}

/** Takes the job that the queue would give out next, and tells whose video it is, or which part. */
async function take(): Promise<string> {
  const { rows } = await catalog.pool.query<{ owner: string; kind: string }>(
    `UPDATE pgboss.job SET state = 'active'
     FROM video
     WHERE job.id = (
       SELECT id FROM pgboss.job WHERE name = 'transcode' AND state = 'created'
       ORDER BY priority DESC, created_on, id LIMIT 1
     )
     AND video.id = data->>'videoId'
     RETURNING owner_id AS owner, data->>'kind' AS kind`,
  )
  return `${rows[0]!.owner} ${rows[0]!.kind}`
}

async function takeAll(count: number): Promise<string[]> {
  const taken: string[] = []
  for (let step = 0; step < count; step++) taken.push(await take())
  return taken
}

test('videos are begun owner by owner, however many one of them has sent, and before all parts', async () => {
  const [first] = [await upload('ada')]
  for (let film = 1; film < 20; film++) await upload('ada')
  await takeAll(1)
  const claim = await claimAttempt(catalog.database, { videoId: first!, jobId: crypto.randomUUID(), worker: 'w' })
  if (claim.kind !== 'claimed') throw new Error('should be claimed')
  const parts = [{ kind: 'pictures' as const, fromFrame: 0, frames: null }]
  const held = await planParts(catalog, claim.attempt, { plan: {}, parts, worker: 'w', jobId: crypto.randomUUID() })
  expect(await isAnotherWaiting(catalog.database, first!)).toBe(false)
  await upload('bob')
  expect(await isAnotherWaiting(catalog.database, first!)).toBe(true)
  // Whoever comes later joins where the queue stands; the second of anybody comes after the first of all.
  await upload('eve')
  await upload('eve')
  expect(await takeAll(6)).toEqual(['bob', 'eve', 'ada', 'eve', 'ada', 'ada'].map((owner) => `${owner} video`))
  await yieldFirst(catalog, held!)
  expect((await takeAll(16)).every((taken) => taken === 'ada video')).toBe(true)
  // Then parts, the first version before those that were queued for the same turn or later.
  const job = { videoId: first!, attempt: 1, part: 0, jobId: crypto.randomUUID(), worker: 'w' }
  expect(await takeAll(2)).toEqual(['ada part', 'ada part'])
  expect(await claimPart(catalog.database, job)).toMatchObject({ kind: 'claimed', claim: { try: 2 } })
})

test('a first version that makes way has a job of its own and is not queued a second time', async () => {
  const id = await upload('ada')
  const claim = await claimAttempt(catalog.database, { videoId: id, jobId: crypto.randomUUID(), worker: 'w' })
  if (claim.kind !== 'claimed') throw new Error('should be claimed')
  const held = await planParts(catalog, claim.attempt, { plan: {}, parts: [], worker: 'w', jobId: crypto.randomUUID() })
  await catalog.pool.query(
    "UPDATE pgboss.job SET state = 'completed' WHERE data->>'videoId' = $1 AND data->>'kind' = 'video'",
    [id],
  )
  await yieldFirst(catalog, held!)
  // Somebody else's by now: nothing is queued.
  await yieldFirst(catalog, held!)
  await catalog.pool.query("UPDATE video SET updated_at = now() - interval '1 hour' WHERE id = $1", [id])
  expect(await requeueStranded(catalog)).not.toContain(id)
  const { rows } = await catalog.pool.query(
    "SELECT data FROM pgboss.job WHERE state = 'created' AND data->>'videoId' = $1",
    [id],
  )
  expect(rows).toHaveLength(1)
})

test('a first version makes no way while another worker is at pictures, which ends soon, unless that one was lost or has all of them', async () => {
  const ada = await upload('ada')
  const attempt = await claimAttempt(catalog.database, { videoId: ada, jobId: crypto.randomUUID(), worker: 'one' })
  if (attempt.kind !== 'claimed') throw new Error('should be claimed')
  const parts = [0, 900].map((fromFrame) => ({ kind: 'pictures' as const, fromFrame, frames: 900 }))
  await planParts(catalog, attempt.attempt, { plan: {}, parts, worker: 'one', jobId: crypto.randomUUID() })
  await upload('bob')
  expect(await isAnotherWaiting(catalog.database, ada)).toBe(true)
  const pictures = { videoId: ada, attempt: attempt.attempt.number, part: 1 }
  await claimPart(catalog.database, { ...pictures, jobId: crypto.randomUUID(), worker: 'other' })
  expect(await isAnotherWaiting(catalog.database, ada)).toBe(false)
  const ofPictures = catalog.database.updateTable('transcode_part').where('video_id', '=', ada)
  await ofPictures.set({ frames: null }).where('part', '=', 1).execute()
  expect(await isAnotherWaiting(catalog.database, ada)).toBe(true)
  await ofPictures.set({ frames: 900 }).where('part', '=', 1).execute()
  expect(await isAnotherWaiting(catalog.database, ada)).toBe(false)
  const lost = catalog.database.updateTable('transcode_part').set({ updated_at: new Date(Date.now() - 120_000) })
  await lost.where('video_id', '=', ada).where('kind', '=', 'pictures').execute()
  expect(await isAnotherWaiting(catalog.database, ada)).toBe(true)
})
