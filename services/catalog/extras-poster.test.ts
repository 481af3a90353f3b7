import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import type { PosterJob } from './extras.ts'
import { findPosterWish, forgetPosterChoice, recordPoster, wishPoster } from './extras-poster.ts'
import type { VideoRow } from './schema.ts'

let site: TestSite

beforeAll(async () => {
  site = await openTestSite()
})
afterAll(() => site?.close())

/** Of a video whose file was replaced and of which the former is shown still. */
async function replaced(): Promise<VideoRow> {
  const id = crypto.randomUUID().replaceAll('-', '').slice(0, 12)
  const former = { sourceKey: 'sources/former', publishedPrefix: `videos/${id}/a1/ladder` }
  return site.catalog.database
    .insertInto('video')
    .values({
      ...{ id, owner_id: 'ada', title: 'Clip', status: 'playable', source_key: 'sources/new' },
      ...{ published_prefix: former.publishedPrefix, former: JSON.stringify(former) },
      ...{ former_attempts: 1, current_attempt: 1 },
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function wished(videoId: string, from: PosterJob['from']): Promise<PosterJob> {
  await wishPoster(site.catalog, videoId, from)
  const { rows } = await site.catalog.pool.query<{ data: PosterJob }>(
    "SELECT data FROM pgboss.job WHERE name = 'extra' AND data->>'videoId' = $1",
    [videoId],
  )
  return rows.at(-1)!.data
}

async function publishNew({ id }: VideoRow): Promise<void> {
  await site.catalog.database
    .updateTable('video')
    .set({ status: 'ready', former: null, published_prefix: `videos/${id}/a2/ladder` })
    .where('id', '=', id)
    .execute()
}

test('a moment is one of the file that is shown, also while another waits to take its place', async () => {
  const video = await replaced()
  const job = await wished(video.id, { atMs: 500 })
  expect(job.sourceKey).toBe('sources/former')
  expect(await recordPoster(site.catalog, job, 'videos/a/extras/b/poster.jpg')).toBe(true)
  expect((await site.row(video.id)).chosen_poster_key).toBe('videos/a/extras/b/poster.jpg')
})

test('a moment of a file that is shown no more is answered with a code, and its picture is nobody’s', async () => {
  const video = await replaced()
  const job = await wished(video.id, { atMs: 500 })
  await publishNew(video)
  expect(await recordPoster(site.catalog, job, 'videos/a/extras/b/poster.jpg')).toBe(false)
  expect(await findPosterWish(site.catalog.database, video.id)).toMatchObject({
    state: 'failed',
    failure_code: 'moment_replaced',
    failure_message: expect.stringContaining('another file'),
  })
  expect((await site.row(video.id)).chosen_poster_key).toBeNull()
})

test('an image that was sent hangs on no file', async () => {
  const video = await replaced()
  const job = await wished(video.id, { imageKey: 'sources/image' })
  await publishNew(video)
  expect(await recordPoster(site.catalog, job, 'videos/a/extras/b/poster.jpg')).toBe(true)
})

const changes: [string, (job: PosterJob) => Promise<unknown>][] = [
  ['a picture is recorded', (job) => recordPoster(site.catalog, job, 'videos/a/extras/b/poster.jpg')],
  ['another is wished for', ({ videoId }) => wishPoster(site.catalog, videoId, { atMs: 1 })],
  ['the choice is taken back', ({ videoId }) => forgetPosterChoice(site.catalog, videoId)],
]

test.each(changes)('while a video is deleted and %s, neither waits for the other for ever', async (_, change) => {
  const video = await replaced()
  const job = await wished(video.id, { atMs: 500 })
  const { database, pool } = site.catalog
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('SELECT 1 FROM video WHERE id = $1 FOR UPDATE', [video.id])
    const changing = change(job)
    await until(
      async () => pool.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"),
      ({ rows }) => rows.length > 0,
    )
    // Takes the wish along.
    await client.query('DELETE FROM video WHERE id = $1', [video.id])
    await client.query('COMMIT')
    await changing
  } finally {
    client.release(true)
  }
  expect(await findPosterWish(database, video.id)).toBeNull()
})
