import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { viewsAnswers } from '#support/views-answers.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { rollStretches } from './roll-stretches.ts'
import { sweepSums } from './sweep-sums.ts'

const dayMs = 24 * 60 * 60_000
const nowMs = Date.UTC(2026, 4, 20, 12, 30)
const yesterday = { startS: Math.floor(nowMs / dayMs) * 86_400 - 86_400 }

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

test('of sums that are older than an hour only the newest whole set of a closed stretch stays', async () => {
  const [old, late] = [await agedVideo(), await agedVideo()]
  // A set that was replaced, one that was never finished, and the one that counts.
  await copySums([old, old], -1)
  await copySums([old, old], 2)
  await touchHoursAgo(late, 2)
  const before = await answersOf([old, late])
  expect(await setsOf(old)).toEqual({ cell: [-4, -3, -2, -1], curve: [-4, -3, -2, -1] })
  await sweepSums(clickhouse.client)
  expect(await setsOf(old)).toEqual({ cell: [-3], curve: [-3] })
  // Opened long ago, and nobody found it worth adding up again: its plays are read.
  expect(await setsOf(late)).toEqual({ cell: [], curve: [] })
  expect(await answersOf([old, late])).toEqual(before)
})

test('what changed within the hour stays, for a question that began before may still read it', async () => {
  const [replaced, opened, unfinished] = [await agedVideo(), await agedVideo(), await agedVideo()]
  await rollStretches(clickhouse.client, 'day', [{ videoId: replaced, ...yesterday }])
  await touchHoursAgo(opened, 0)
  const killed = rollStretches(clickhouse.client, 'day', [{ videoId: unfinished, ...yesterday }], {
    pass: () => {
      throw new Error('killed')
    },
  })
  await expect(killed).rejects.toThrow('killed')
  const videos = [replaced, opened, unfinished]
  const before = await answersOf(videos)
  await sweepSums(clickhouse.client)
  expect(await setsOf(replaced)).toEqual({ cell: [-3, 0], curve: [-3, 0] })
  expect(await setsOf(opened)).toEqual({ cell: [-3], curve: [-3] })
  expect(await setsOf(unfinished)).toEqual({ cell: [-3, 0], curve: [-3, 0] })
  expect(await answersOf(videos)).toEqual(before)
})

/** A video with plays of yesterday that were added up three hours ago. */
async function agedVideo(): Promise<string> {
  const [videoId, aged] = [newVideoId(), newVideoId()]
  const beacons = ['one.example', 'two.example', 'two.example'].map((site, number) => {
    const token = playToken({ videoId, site, issuedAtMs: nowMs - dayMs, isOwn: number === 2 })
    return { token, state: watched(20), receivedAtMs: token.issuedAtMs + 60_000 }
  })
  await storePlays(clickhouse.client, beacons)
  await rollStretches(clickhouse.client, 'day', [{ videoId, ...yesterday }])
  await copy('play', [videoId, aged])
  await copySums([videoId, aged], -3)
  const stamps = ['touched_at', 'judged_at', 'rolled_at']
  await copy(
    'stretch',
    [videoId, aged],
    stamps.map((name) => `${name} - INTERVAL 3 HOUR AS ${name}`),
  )
  return aged
}

/** Another set of the same sums, as if they had been made so many hours later. */
async function copySums(videos: [from: string, to: string], hoursLater: number): Promise<void> {
  for (const table of sumTables) await copy(table, videos, [`version + toIntervalHour(${hoursLater}) AS version`])
}

function copy(table: string, [from, to]: [string, string], changes: string[] = []): Promise<void> {
  const changed = [`toFixedString('${to}', 12) AS video_id`, ...changes].join(', ')
  return run(`INSERT INTO ${table}
              SELECT * REPLACE(${changed}) FROM (SELECT * FROM ${table}${table === 'stretch' ? ' FINAL' : ''} WHERE video_id = '${from}')`)
}

function touchHoursAgo(videoId: string, hours: number): Promise<void> {
  return run(`INSERT INTO touched_hour (video_id, hour, touched_at)
              SELECT DISTINCT video_id, hour, now64(6) - toIntervalHour(${hours}) FROM play WHERE video_id = '${videoId}'`)
}

const sumTables = ['cell', 'curve'] as const

/** When the sets of a video's sums were made, in hours from now. */
async function setsOf(videoId: string): Promise<Record<string, number[]>> {
  const sets = sumTables.map(async (table) => {
    const query = `SELECT DISTINCT toInt32(round(date_diff('second', now64(6, 'UTC'), version) / 3600)) AS hours
                   FROM ${table} WHERE video_id = {videoId:String} ORDER BY hours`
    const result = await clickhouse.client.query({ query, query_params: { videoId }, format: 'JSONEachRow' })
    return [table, (await result.json<{ hours: number }>()).map(({ hours }) => hours)] as const
  })
  return Object.fromEntries(await Promise.all(sets))
}

function answersOf(videoIds: string[]): Promise<unknown[]> {
  return Promise.all(
    videoIds.map((id) => viewsAnswers(clickhouse.client, { videoIds: [id], filter: {}, nowMs, by: ['site'] })),
  )
}

async function run(query: string): Promise<void> {
  await clickhouse.client.command({ query })
}
