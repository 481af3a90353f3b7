import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPostgres } from '#support/postgres.ts'
import { until } from '#support/until.ts'
import { acceptUpload } from './accept-upload.ts'
import { type Attempt, isCurrent } from './attempts.ts'
import { cancelVideo } from './cancel-video.ts'
import { claimAttempt } from './claim-attempt.ts'
import { maxAttempts, type TranscodeJob } from './jobs.ts'
import { type Catalog, openCatalog } from './open-catalog.ts'
import { claimPart, finishPart, type PartClaim, recordPartProgress, releasePart } from './parts.ts'
import { type PlannedPart, planParts } from './plan-parts.ts'
import { requeueStranded } from './requeue-stranded.ts'
import { restartAttempt } from './restart-attempt.ts'

let catalog: Catalog
let stopPostgres: () => Promise<void>

beforeAll(async () => {
  const postgres = await startTestPostgres()
  stopPostgres = postgres.stop
  catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  for (const id of ['ada', 'bob', 'eve']) {
    const owner = { id, name: id, email: `${id}@example.org`, emailVerified: true }
    await catalog.database.insertInto('user').values(owner).execute()
  }
})

afterAll(async () => {
  await catalog?.close()
  await stopPostgres?.()
})

function pictures(count: number): PlannedPart[] {
  return Array.from({ length: count }, (_, index) => ({
    kind: 'pictures' as const,
    fromFrame: index * 100,
    frames: index === count - 1 ? null : 100,
  }))
}

/** A video that was read and cut, with its first version done. */
async function planned(ownerId: string, parts: PlannedPart[]): Promise<Attempt> {
  const uploadId = crypto.randomUUID()
  const about = { sourceKey: `sources/${uploadId}`, sizeBytes: 5, fileName: 'a.mp4', title: 'A' }
  const video = await acceptUpload(catalog, { uploadId, ownerId, visibility: 'public', ...about })
  const claim = await claimAttempt(catalog.database, { videoId: video.id, jobId: crypto.randomUUID(), worker: 'w' })
  if (claim.kind !== 'claimed') throw new Error('should be claimed')
  const plan = { plan: {}, parts, worker: 'w', jobId: crypto.randomUUID() }
  const first = await planParts(catalog, claim.attempt, plan)
  await catalog.pool.query(
    "UPDATE pgboss.job SET state = 'completed' WHERE data->>'videoId' = $1 AND data->>'kind' = 'video'",
    [video.id],
  )
  await finishPart(catalog, first!, {})
  return claim.attempt
}

async function jobsOf({ videoId }: Attempt, state = 'created'): Promise<TranscodeJob[]> {
  const { rows } = await catalog.pool.query(
    `SELECT data FROM pgboss.job WHERE name = 'transcode' AND state = $2 AND data->>'videoId' = $1
     ORDER BY (data->>'part')::integer`,
    [videoId, state],
  )
  return rows.map((row) => row.data)
}

async function claimed(attempt: Attempt, part: number, worker = 'w'): Promise<PartClaim> {
  const job = { videoId: attempt.videoId, attempt: attempt.number, part, jobId: crypto.randomUUID(), worker }
  const taken = await claimPart(catalog.database, job)
  if (taken.kind !== 'claimed') throw new Error(`is ${taken.kind}`)
  return taken.claim
}

test('the joining is queued by the last part to be done, once, even where two end at once', async () => {
  const attempt = await planned('ada', pictures(3))
  const claims = await Promise.all([1, 2, 3].map((part) => claimed(attempt, part)))
  await finishPart(catalog, claims[0]!, {})
  expect((await jobsOf(attempt)).some(({ kind }) => kind === 'finish')).toBe(false)
  await Promise.all(claims.slice(1).map((claim) => finishPart(catalog, claim, {})))
  expect((await jobsOf(attempt)).filter(({ kind }) => kind === 'finish')).toEqual([
    { version: 2, kind: 'finish', videoId: attempt.videoId, attempt: attempt.number, part: 4 },
  ])
})

test('a part that was given to another worker can be finished by that one only', async () => {
  const attempt = await planned('ada', pictures(1))
  const former = await claimed(attempt, 1, 'presumed dead')
  const later = await claimed(attempt, 1)
  expect(await recordPartProgress(catalog.database, former, { frames: 1, speed: 1 })).toBe(false)
  expect(await finishPart(catalog, former, {})).toBe(false)
  expect(await finishPart(catalog, later, {})).toBe(true)
})

test('tries of a part are counted when it is claimed, and a stop costs none', async () => {
  const attempt = await planned('ada', pictures(1))
  for (let stop = 0; stop <= maxAttempts; stop++) {
    await releasePart(catalog.database, await claimed(attempt, 1), { isFree: true })
  }
  const tries = []
  for (let kill = 0; kill < maxAttempts; kill++) tries.push((await claimed(attempt, 1)).try)
  expect(tries).toEqual([5, 6, 7])
  await expect(claimed(attempt, 1)).rejects.toThrow('spent')
})

test('what is stopped by its owner is nobody’s any more: no worker goes on, no job begins', async () => {
  const attempt = await planned('ada', pictures(2))
  const claim = await claimed(attempt, 1)
  expect(await cancelVideo(catalog, attempt.videoId)).toBe(true)
  expect(await recordPartProgress(catalog.database, claim, { frames: 1, speed: 1 })).toBe(false)
  expect(await finishPart(catalog, claim, {})).toBe(false)
  await expect(claimed(attempt, 2)).rejects.toThrow('gone')
  const video = await catalog.database
    .selectFrom('video')
    .select(['status', 'failure_code'])
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  expect(video).toEqual({ status: 'failed', failure_code: 'cancelled' })
  expect(await cancelVideo(catalog, attempt.videoId)).toBe(false)
})

test('what is begun anew takes a number of its own, and nothing of the former one counts', async () => {
  const attempt = await planned('ada', pictures(2))
  const claim = await claimed(attempt, 1)
  await restartAttempt(catalog, attempt)
  // Also where the answer to the first was lost.
  await restartAttempt(catalog, attempt)
  expect(await isCurrent(catalog.database, attempt)).toBe(false)
  expect(await finishPart(catalog, claim, {})).toBe(false)
  await expect(claimed(attempt, 2)).rejects.toThrow('gone')
  const ofVideo = (await jobsOf(attempt)).filter(({ kind }) => kind === 'video')
  expect(ofVideo).toHaveLength(1)
  const job = { videoId: attempt.videoId, jobId: crypto.randomUUID(), worker: 'w' }
  expect(await claimAttempt(catalog.database, job)).toMatchObject({
    kind: 'claimed',
    attempt: { number: attempt.number + 2 },
  })
})

/** As the queue is after stops and lost machines: nobody holds a job any more, and nobody has written for a while. */
async function strand({ videoId }: Attempt): Promise<void> {
  await catalog.pool.query("UPDATE pgboss.job SET state = 'failed' WHERE data->>'videoId' = $1", [videoId])
  await catalog.pool.query("UPDATE transcode_part SET updated_at = now() - interval '1 hour' WHERE video_id = $1", [
    videoId,
  ])
  await catalog.pool.query("UPDATE video SET updated_at = now() - interval '1 hour' WHERE id = $1", [videoId])
}

test('parts that the queue has given up are queued once more, what is done is not, and the joining comes last', async () => {
  const attempt = await planned('ada', pictures(3))
  await finishPart(catalog, await claimed(attempt, 1), {})
  await strand(attempt)
  const found = await Promise.all([1, 2, 3].map(() => requeueStranded(catalog)))
  expect(found.flat()).toEqual([attempt.videoId])
  expect((await jobsOf(attempt)).map((job) => 'part' in job && job.part)).toEqual([2, 3])
  for (const part of [2, 3]) await finishPart(catalog, await claimed(attempt, part), {})
  await strand(attempt)
  expect(await requeueStranded(catalog)).toEqual([attempt.videoId])
  expect((await jobsOf(attempt)).map(({ kind }) => kind)).toEqual(['finish'])
})

/** A worker on the real queue that holds each part until it is told to end it; `order` tells whose parts it was given. */
async function startWorker() {
  const { connectionString } = catalog.pool.options
  const own = await openCatalog({ databaseUrl: connectionString!, onError: () => {} })
  const order: string[] = []
  const held: (() => void)[] = []
  await own.jobs.workTranscode(async ({ data }) => {
    if (data.kind !== 'part') return
    await claimed({ videoId: data.videoId, number: data.attempt }, data.part)
    const videos = own.database.selectFrom('video').select('owner_id')
    order.push((await videos.where('id', '=', data.videoId).executeTakeFirstOrThrow()).owner_id)
    await new Promise<void>((resolve) => held.push(resolve))
  })
  const given = (count: number) =>
    until(
      async () => order.length,
      (length) => length >= count,
    )
  return {
    /** Ends so many parts, one after the other, and tells whose were given out meanwhile. */
    async end(count: number): Promise<string[]> {
      const from = order.length
      for (let step = 0; step < count; step++) {
        held.shift()!()
        await given(from + step + 1)
      }
      return order.slice(from)
    },
    given,
    async close() {
      await catalog.pool.query("UPDATE pgboss.job SET state = 'cancelled' WHERE state = 'created'")
      for (const release of held) release()
      await own.close()
    },
  }
}

test('a clip waits for the part that is being made, not for the film; two films share', async () => {
  await catalog.pool.query("UPDATE pgboss.job SET state = 'completed' WHERE name = 'transcode'")
  const worker = await startWorker()
  await planned('ada', pictures(30))
  await worker.given(1)
  expect(await worker.end(4)).toEqual(['ada', 'ada', 'ada', 'ada'])
  await planned('bob', pictures(1))
  expect(await worker.end(2)).toEqual(['bob', 'ada'])
  await planned('eve', pictures(30))
  const shared = await worker.end(10)
  expect(shared.filter((owner) => owner === 'ada')).toHaveLength(5)
  // Clip after clip of one person takes that person's turns only.
  const clips: string[] = []
  for (let clip = 0; clip < 4; clip++) {
    await planned('bob', pictures(1))
    clips.push(...(await worker.end(3)))
  }
  for (const owner of ['ada', 'bob', 'eve']) expect(clips.filter((one) => one === owner)).toHaveLength(4)
  await worker.close()
})

test('a job that a later version of the program wrote is left for a worker that understands it', async () => {
  const attempt = await planned('ada', pictures(1))
  const later = `UPDATE pgboss.job SET data = data || '{"version": 9}' WHERE data->>'videoId' = $1 AND state = 'created'`
  await catalog.pool.query(later, [attempt.videoId])
  const worker = await startWorker()
  const row = await until(
    async () => {
      const { rows } = await catalog.pool.query(
        `SELECT state, retry_count, start_after > now() AS "isPutBack" FROM pgboss.job WHERE data->>'version' = '9'`,
      )
      return rows[0]
    },
    ({ state, isPutBack }) => state === 'created' && isPutBack,
  )
  expect(row.retry_count).toBe(0)
  await worker.close()
})
