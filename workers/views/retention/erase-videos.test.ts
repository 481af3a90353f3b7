import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { requestErasure } from '#catalog/erasures.ts'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { beacon, testKey, watched } from '#support/plays.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { until } from '#support/until.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { startBeacon } from '../../../services/beacon/start-beacon.ts'
import { createLogger } from '../../../services/program/logger.ts'
import type { RunningProgram } from '../../../services/program/run-program.ts'
import type { Context } from '../context.ts'
import { eraseVideos } from './erase-videos.ts'

const hourMs = 60 * 60 * 1000
const patienceMs = 100_000

let clickhouse: TestClickHouse
let catalog: Catalog
let collector: RunningProgram & { port: number }
let context: Context
let spoolFolder: string
let stopPostgres: () => Promise<void>

beforeAll(async () => {
  spoolFolder = await mkdtemp(join(tmpdir(), 'qqvideo-erase-'))
  const [engine, postgres] = await Promise.all([startClickHouse(), startTestPostgres()])
  clickhouse = engine
  stopPostgres = postgres.stop
  await migrateClickHouse(clickhouse.client)
  catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  collector = await startBeacon({
    PORT: 0,
    HOST: '127.0.0.1',
    CLICKHOUSE_URL: clickhouse.url,
    SIGNING_KEYS: [testKey],
    SPOOL_FOLDER: spoolFolder,
    SPOOL_MAX_BYTES: 1e9,
    LOG_LEVEL: 'silent',
  })
  context = {
    config: {
      DATABASE_URL: postgres.url,
      CLICKHOUSE_URL: clickhouse.url,
      PUBLIC_URL: 'http://localhost',
      WEBHOOK_ALLOW_PRIVATE: false,
      SIGNING_KEYS: [testKey],
      BEACON_URL: `http://127.0.0.1:${collector.port}`,
      LOG_LEVEL: 'silent',
    },
    logger: createLogger('test', 'silent'),
    catalog,
    clickhouse: clickhouse.client,
  }
})

afterAll(async () => {
  await collector?.stop()
  await catalog?.close()
  await Promise.all([clickhouse?.stop(), stopPostgres?.()])
  await rm(spoolFolder, { recursive: true, force: true })
})

/** A play that goes the whole way: over HTTP into the spool, and from there into ClickHouse. */
async function play(videoId: string, issuedAtMs = Date.now() - 60_000): Promise<void> {
  const expiresAtMs = Date.now() + hourMs
  const body = JSON.stringify(beacon({ token: { videoId, issuedAtMs, expiresAtMs }, state: watched(5) }))
  const before = await countPlays(videoId)
  expect((await fetch(`http://127.0.0.1:${collector.port}/beacon`, { method: 'POST', body })).status).toBe(204)
  await until(
    () => countPlays(videoId),
    (plays) => plays === before + 1,
  )
}

async function countPlays(videoId: string): Promise<number> {
  const result = await clickhouse.client.query({
    query: 'SELECT toUInt32(count()) AS plays FROM merged_play WHERE video_id = {videoId:FixedString(12)}',
    query_params: { videoId },
    format: 'JSONEachRow',
  })
  return (await result.json<{ plays: number }>())[0]!.plays
}

/** What a rollup would have left of the video's plays. */
async function addSums(videoId: string): Promise<void> {
  const hour = Math.floor(Date.now() / hourMs) * 3600
  await clickhouse.client.command({
    query: `INSERT INTO stretch (video_id, level, start, rolled_at) VALUES ('${videoId}', 1, ${hour}, now64(6))`,
  })
  await clickhouse.client.command({
    query: `INSERT INTO cell (video_id, facet, level, start, version, value, loads) VALUES ('${videoId}', 'site', 1, ${hour}, now64(6), 'x.example', 1)`,
  })
}

/** Files that hold these bytes anywhere beneath the engine's folder and the collector's. */
async function filesWith(videoId: string): Promise<string[]> {
  const found: string[] = []
  for (const folder of [clickhouse.folder, spoolFolder]) {
    // The engine takes away folders of its own while they are read.
    const entries = await until(
      () => readdir(folder, { recursive: true, withFileTypes: true }),
      () => true,
    )
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name)
      const bytes = await readFile(path).catch(() => Buffer.alloc(0))
      if (bytes.includes(videoId)) found.push(path.slice(folder.length))
    }
  }
  return found
}

/** Has the engine look after its old files now; while it has nothing to do it lets minutes pass before it does. */
async function askForCleanup(): Promise<void> {
  const query = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
  const tables = await (await clickhouse.client.query({ query, format: 'JSONEachRow' })).json<{ name: string }>()
  // Nothing was stopped: all that comes of it is that the engine looks at once.
  for (const { name } of tables) await clickhouse.client.command({ query: `SYSTEM START CLEANUP ${name}` })
}

/** Lets the worker run until it says that no store holds a trace. */
async function erase(videoId: string): Promise<void> {
  await until(
    async () => {
      await askForCleanup()
      await catalog.database.updateTable('erasure').set({ run_at: new Date() }).where('erased_at', 'is', null).execute()
      await eraseVideos(context, { keepReplacedSeconds: 1 })
      return catalog.database.selectFrom('erasure').selectAll().where('video_id', '=', videoId).executeTakeFirst()
    },
    // Another test may look at it from so late a time that its last look is over.
    (row) => row === undefined || row.erased_at !== null,
    patienceMs,
  )
}

// Side by side, for each waits until the engine has looked after its files.
test.concurrent('a deleted video leaves no byte of its name on the engine’s disk, nor on the collector’s', async () => {
  const [gone, kept] = [newVideoId(), newVideoId()]
  for (const id of [gone, kept, gone]) await play(id)
  await addSums(gone)
  await addSums(kept)
  // A file may be put in the place of another while it is read.
  await until(
    () => filesWith(gone),
    (paths) => ['.segment', '/store/'].every((part) => paths.some((path) => path.includes(part))),
  )
  await requestErasure(catalog.database, gone, { isVideoGone: true })
  await erase(gone)
  expect(await filesWith(gone)).toEqual([])
  expect(await countPlays(kept)).toBe(1)
  expect((await filesWith(kept)).length).toBeGreaterThan(0)
})

test.concurrent('a late beacon brings nothing back that is still there once no token is good any longer', async () => {
  const gone = newVideoId()
  await play(gone)
  await requestErasure(catalog.database, gone, { isVideoGone: true })
  await eraseVideos(context, { keepReplacedSeconds: 1 })
  expect(await countPlays(gone)).toBe(0)
  await play(gone)
  const later = Date.now() + 13 * hourMs
  await until(
    async () => {
      await askForCleanup()
      await catalog.database.updateTable('erasure').set({ run_at: new Date() }).where('video_id', '=', gone).execute()
      await eraseVideos(context, { nowMs: later, keepReplacedSeconds: 1 })
      return catalog.database.selectFrom('erasure').selectAll().where('video_id', '=', gone).executeTakeFirst()
    },
    (row) => row === undefined,
    patienceMs,
  )
  expect(await countPlays(gone)).toBe(0)
  expect(await filesWith(gone)).toEqual([])
})

test.concurrent('a video whose plays are forgotten counts anew from then on', async () => {
  const video = newVideoId()
  await play(video)
  await addSums(video)
  await requestErasure(catalog.database, video, { isVideoGone: false })
  await play(video, Date.now() + 1_000)
  await erase(video)
  expect(await countPlays(video)).toBe(1)
  const left = await clickhouse.client.query({
    query: `SELECT (SELECT toUInt32(count()) FROM cell WHERE video_id = '${video}') AS cells,
                   (SELECT toUInt32(count()) FROM touched_hour WHERE video_id = '${video}') AS touches`,
    format: 'JSONEachRow',
  })
  expect(await left.json()).toMatchObject([{ cells: 0, touches: 1 }])
})

test('the titles of its pages go with the plays that told them, and those told since stay', async () => {
  const videoId = newVideoId()
  await addVideo(videoId)
  const title = (page: string, told_at: Date) => ({
    video_id: videoId,
    site: 'a.example',
    page,
    title: 'Kites',
    told_at,
  })
  const now = Date.now()
  await requestErasure(catalog.database, videoId, { isVideoGone: false })
  const told = [title('before', new Date(now - hourMs)), title('since', new Date(now + hourMs))]
  await catalog.database.insertInto('page_title').values(told).execute()
  await eraseVideos(context)
  const left = await catalog.database.selectFrom('page_title').select('page').where('video_id', '=', videoId).execute()
  expect(left).toEqual([{ page: 'since' }])
})

async function addVideo(id: string): Promise<void> {
  await catalog.database
    .insertInto('user')
    .values({ id: 'ada', name: 'Ada', email: 'ada@example.org', emailVerified: true, image: null })
    .execute()
  await catalog.database.insertInto('video').values({ id, owner_id: 'ada', title: 'A film', status: 'ready' }).execute()
}

test('nobody without the key can have the collector forget', async () => {
  const answer = await fetch(`http://127.0.0.1:${collector.port}/beacon/forget`, {
    method: 'POST',
    body: 'v1.test.e30.AAAA',
  })
  expect(answer.status).toBe(403)
})
