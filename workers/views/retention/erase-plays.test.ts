import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { rarely } from '#support/rarely.ts'
import { storePlays } from '#support/store-plays.ts'
import { until } from '#support/until.ts'
import { viewsAnswers } from '#support/views-answers.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { rollStretches } from '../rollups/roll-stretches.ts'
import { type Erasing, erasePlays, holdsPlays } from './erase-plays.ts'
import { dropLeftErasingTables, makeErasingTable } from './erasing-table.ts'
import { isErasingFree } from './is-erasing-free.ts'

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

test('a deletion that is still under way keeps to its videos, whatever is to be erased next', async () => {
  const [slow, next] = [await videoWithPlay(), await videoWithPlay()]
  await clickhouse.client.command({ query: 'SYSTEM STOP MERGES play' })
  const going = erasePlays(clickhouse.client, all(slow))
  await until(countDeletions, (deletions) => deletions === 1)
  expect(await holdsPlays(clickhouse.client, all(next))).toBe(true)
  expect(await erasePlays(clickhouse.client, all(next))).toBe(false)
  await clickhouse.client.command({ query: 'SYSTEM START MERGES play' })
  expect(await going).toBe(true)
  expect(await countPlays(slow)).toBe(0)
  expect(await countPlays(next)).toBe(1)
  await eraseWhenFree(all(next))
  expect(await holdsPlays(clickhouse.client, all(next))).toBe(false)
})

test('two that begin in the same moment keep each to its own videos and times', async () => {
  for (const _round of [1, 2, ...rarely([3, 4, 5, 6, 7, 8])]) {
    const [gone, cut] = [await videoWithPlay(), newVideoId()]
    const issuedMs = [Date.UTC(2026, 4, 20), Date.UTC(2026, 4, 22)]
    const plays = issuedMs.map((issuedAtMs) => playToken({ videoId: cut, issuedAtMs }))
    await storePlays(
      clickhouse.client,
      plays.map((token) => ({ token, state: watched(5) })),
    )
    const before = { videoIds: [cut], openedBefore: new Date(Date.UTC(2026, 4, 21)) }
    await Promise.all([eraseWhenFree(all(gone)), eraseWhenFree(before)])
    expect([await countPlays(gone), await countPlays(cut)]).toEqual([0, 1])
  }
})

test('tables of runs that were killed are dropped, and only those', async () => {
  const left = await makeErasingTable(clickhouse.client, [newVideoId()])
  const tables = () => count(`system.tables WHERE name = '${left}'`)
  await dropLeftErasingTables(clickhouse.client)
  expect(await tables()).toBe(1)
  await dropLeftErasingTables(clickhouse.client, { leftForS: 0 })
  expect(await tables()).toBe(0)
  await eraseWhenFree(all(await videoWithPlay()))
  expect(await count("system.tables WHERE name LIKE 'erasing\\_%'")).toBe(0)
})

test('a deletion that takes too long is ended, and can be asked for again', async () => {
  const video = await videoWithPlay()
  await clickhouse.client.command({ query: 'SYSTEM STOP MERGES play' })
  const going = erasePlays(clickhouse.client, all(video)).catch((error: unknown) => error)
  await until(countDeletions, (deletions) => deletions === 1)
  expect(await isErasingFree(clickhouse.client)).toBe(false)
  expect(await countDeletions()).toBe(1)
  expect(await isErasingFree(clickhouse.client, { endAfterS: 0 })).toBe(false)
  expect(await countDeletions()).toBe(0)
  expect(await going).toBeInstanceOf(Error)
  await clickhouse.client.command({ query: 'SYSTEM START MERGES play' })
  expect(await countPlays(video)).toBe(1)
  await eraseWhenFree(all(video))
  expect(await countPlays(video)).toBe(0)
})

test.each(['month', ...rarely(['hour', 'day'] as const)] as const)(
  'plays that were erased while their %s was being added up leave the numbers too',
  async (level) => {
    const [video, empty] = [newVideoId(), newVideoId()]
    const [openedAtMs, erasedAtMs] = [Date.UTC(2026, 4, 20, 12, 30), Date.UTC(2026, 4, 21)]
    const erasing = { videoIds: [video], openedBefore: new Date(erasedAtMs) }
    const shown = (id: string) =>
      viewsAnswers(clickhouse.client, { videoIds: [id], filter: {}, nowMs: Date.UTC(2026, 6, 1), by: ['site'] })
    await storePlays(clickhouse.client, [
      { token: playToken({ videoId: video, issuedAtMs: openedAtMs }), state: watched(5) },
    ])
    await rollStretches(clickhouse.client, level, [{ videoId: video, startS: beginnings[level] / 1000 }])
    for (const table of sumTables)
      await run(
        `CREATE TABLE late_${table} ENGINE = Memory AS SELECT * FROM ${table} WHERE video_id = '${video}'${rolled(table)}`,
      )
    await eraseWhenFree(erasing)
    expect(await holdsPlays(clickhouse.client, erasing)).toBe(false)
    for (const table of sumTables) {
      await run(`INSERT INTO ${table} SELECT * FROM late_${table}`)
      await run(`DROP TABLE late_${table}`)
    }
    expect(await countPlays(video)).toBe(0)
    expect(await shown(video)).not.toEqual(await shown(empty))
    expect(await holdsPlays(clickhouse.client, erasing)).toBe(true)
    await eraseWhenFree(erasing)
    expect(await holdsPlays(clickhouse.client, erasing)).toBe(false)
    expect(await shown(video)).toEqual(await shown(empty))
  },
)

const beginnings = { hour: Date.UTC(2026, 4, 20, 12), day: Date.UTC(2026, 4, 20), month: Date.UTC(2026, 4) }

/** What adding up writes, the flag last. */
const sumTables = ['cell', 'curve', 'stretch']
const rolled = (table: string) => (table === 'stretch' ? ' AND rolled_at > 0' : '')

function run(query: string): Promise<unknown> {
  return clickhouse.client.command({ query })
}

const all = (videoId: string): Erasing => ({ videoIds: [videoId], openedBefore: null })

async function eraseWhenFree(erasing: Erasing): Promise<void> {
  await until(
    () => erasePlays(clickhouse.client, erasing),
    (isDone) => isDone,
  )
}

async function videoWithPlay(): Promise<string> {
  const videoId = newVideoId()
  await storePlays(clickhouse.client, [{ token: playToken({ videoId }), state: watched(5) }])
  return videoId
}

function countDeletions(): Promise<number> {
  return count('system.mutations WHERE NOT is_done')
}

function countPlays(videoId: string): Promise<number> {
  return count('merged_play WHERE video_id = {videoId:String}', videoId)
}

async function count(what: string, videoId = ''): Promise<number> {
  const query = `SELECT toUInt32(count()) AS rows FROM ${what}`
  const result = await clickhouse.client.query({ query, query_params: { videoId }, format: 'JSONEachRow' })
  return (await result.json<{ rows: number }>())[0]!.rows
}
