import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VideoStatus } from '#contract/video.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { acceptUpload } from './accept-upload.ts'
import { finishAttempt, stoppedOutcome, takeAbandoned } from './attempts.ts'
import { claimAttempt } from './claim-attempt.ts'
import { failVideo } from './fail-video.ts'
import { maxAttempts, openJobs } from './jobs.ts'
import { type Catalog, openCatalog } from './open-catalog.ts'
import { publishAttempt } from './publish-attempt.ts'
import { requeueStranded } from './requeue-stranded.ts'

let catalog: Catalog
let databaseUrl: string
let stopPostgres: () => Promise<void>

beforeAll(async () => {
  const postgres = await startTestPostgres()
  stopPostgres = postgres.stop
  databaseUrl = postgres.url
  catalog = await openCatalog({ databaseUrl, onError: () => {} })
  await catalog.database.insertInto('user').values(owner).execute()
})

afterAll(async () => {
  await catalog?.close()
  await stopPostgres?.()
})

const owner = { id: 'ada', name: 'Ada', email: 'ada@example.org', emailVerified: true }

function upload(uploadId: string) {
  return {
    uploadId,
    ownerId: owner.id,
    sourceKey: `sources/${uploadId}`,
    sizeBytes: 5,
    fileName: 'a.mp4',
    title: 'A',
    visibility: 'public' as const,
  }
}

async function countJobs(videoId: string): Promise<number> {
  const { rows } = await catalog.pool.query("SELECT 1 FROM pgboss.job WHERE data->>'videoId' = $1", [videoId])
  return rows.length
}

test('a finished upload becomes one video and one job, however often and at once it is reported', async () => {
  const reports = await Promise.all([1, 2, 3].map(() => acceptUpload(catalog, upload('twice'))))
  reports.push(await acceptUpload(catalog, upload('twice')))
  expect(new Set(reports.map((video) => video.id)).size).toBe(1)
  expect(await countJobs(reports[0]!.id)).toBe(1)
})

test('a stale worker cannot publish once a later attempt has begun', async () => {
  const video = await acceptUpload(catalog, upload('fenced'))
  const job = { videoId: video.id, jobId: crypto.randomUUID(), worker: 'w1' }
  const first = await claimAttempt(catalog.database, job)
  const second = await claimAttempt(catalog.database, { ...job, worker: 'w2' })
  if (first.kind !== 'claimed' || second.kind !== 'claimed') throw new Error('both should be claimed')
  const publication = { prefix: 'videos/x/2/ladder', posterKey: null, isWhole: true }
  expect(await publishAttempt(catalog.database, second.attempt, publication)).toBe(true)
  expect(await publishAttempt(catalog.database, first.attempt, { ...publication, prefix: 'stale' })).toBe(false)
  const row = await catalog.database
    .selectFrom('video')
    .selectAll()
    .where('id', '=', video.id)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({ published_prefix: publication.prefix, status: 'ready' })
  expect(row.published_at).toBeInstanceOf(Date)
})

test('attempts are counted when they are claimed, and end', async () => {
  const video = await acceptUpload(catalog, upload('poison'))
  const job = { videoId: video.id, jobId: crypto.randomUUID(), worker: 'w3' }
  const kinds: string[] = []
  for (let claim = 0; claim <= maxAttempts; claim++) kinds.push((await claimAttempt(catalog.database, job)).kind)
  expect(kinds).toEqual([...Array(maxAttempts).fill('claimed'), 'spent'])
  expect(await takeAbandoned(catalog.database, 'w3')).toHaveLength(maxAttempts)
  expect(await takeAbandoned(catalog.database, 'w3')).toHaveLength(0)
})

test('an attempt that ended because its worker was stopped costs no try, but its number is never used again', async () => {
  const video = await acceptUpload(catalog, upload('stopped'))
  const job = { videoId: video.id, jobId: crypto.randomUUID(), worker: 'w5' }
  const numbers: number[] = []
  for (let stop = 0; stop <= maxAttempts; stop++) {
    const claim = await claimAttempt(catalog.database, job)
    if (claim.kind !== 'claimed') throw new Error('should be claimed')
    numbers.push(claim.attempt.number)
    await finishAttempt(catalog.database, claim.attempt, stoppedOutcome)
  }
  expect(numbers).toEqual([1, 2, 3, 4])
  const kinds: string[] = []
  for (let claim = 0; claim <= maxAttempts; claim++) kinds.push((await claimAttempt(catalog.database, job)).kind)
  expect(kinds).toEqual([...Array(maxAttempts).fill('claimed'), 'spent'])
})

/** A video as it is when nobody has written to its row for a while. */
async function quietVideo(name: string, status: VideoStatus, jobState: string) {
  const { id } = await acceptUpload(catalog, upload(name))
  await catalog.pool.query("UPDATE pgboss.job SET state = $2 WHERE data->>'videoId' = $1", [id, jobState])
  const updated_at = new Date(Date.now() - 3_600_000)
  await catalog.database.updateTable('video').set({ status, updated_at }).where('id', '=', id).execute()
  return id
}

test.each(['queued', 'processing', 'playable'] as const)(
  'a %s video whose job has no tries left gets one new job, however many workers look at once',
  async (status) => {
    const id = await quietVideo(`stranded-${status}`, status, 'failed')
    const found = await Promise.all([1, 2, 3].map(() => requeueStranded(catalog)))
    expect(found.flat().filter((videoId) => videoId === id)).toEqual([id])
    expect(await countJobs(id)).toBe(2)
    expect(await requeueStranded(catalog)).toEqual([])
  },
)

test('a video that is waiting, being made or finished is not queued again', async () => {
  const ids = [
    await quietVideo('waiting', 'queued', 'created'),
    await quietVideo('again', 'processing', 'retry'),
    await quietVideo('active', 'playable', 'active'),
    await quietVideo('done', 'ready', 'completed'),
    await quietVideo('lost', 'failed', 'failed'),
  ]
  // Its job was given up, but its worker still tells its progress.
  const busy = await quietVideo('busy', 'processing', 'failed')
  await catalog.database.updateTable('video').set({ updated_at: new Date() }).where('id', '=', busy).execute()
  expect(await requeueStranded(catalog)).toEqual([])
  for (const id of [...ids, busy]) expect(await countJobs(id)).toBe(1)
})

test('a failure after a first publication leaves the video watchable and says so by a flag', async () => {
  const video = await acceptUpload(catalog, upload('half'))
  const claim = await claimAttempt(catalog.database, { videoId: video.id, jobId: crypto.randomUUID(), worker: 'w4' })
  if (claim.kind !== 'claimed') throw new Error('should be claimed')
  await publishAttempt(catalog.database, claim.attempt, { prefix: 'p', posterKey: null, isWhole: false })
  await failVideo(catalog.database, claim.attempt, { code: 'resource_limit', message: 'Too much.' })
  const row = await catalog.database
    .selectFrom('video')
    .selectAll()
    .where('id', '=', video.id)
    .executeTakeFirstOrThrow()
  expect(row).toMatchObject({ status: 'ready', flags: ['ladder_failed'], published_prefix: 'p' })
})

test('opening twice at once applies each migration once', async () => {
  const { connectionString } = catalog.pool.options
  const others = await Promise.all([1, 2].map(() => openCatalog({ databaseUrl: connectionString!, onError: () => {} })))
  await Promise.all(others.map((other) => other.close()))
})

test('a queue that a former version made is given the patience of this one', async () => {
  const limit = async () => {
    const { rows } = await catalog.pool.query("SELECT retry_limit FROM pgboss.queue WHERE name = 'transcode'")
    return rows[0]?.retry_limit
  }
  const wanted = await limit()
  await catalog.pool.query("UPDATE pgboss.queue SET retry_limit = 2 WHERE name = 'transcode'")
  const again = await openJobs(databaseUrl, () => {})
  await again.close()
  expect(wanted).toBeGreaterThan(2)
  expect(await limit()).toBe(wanted)
})
