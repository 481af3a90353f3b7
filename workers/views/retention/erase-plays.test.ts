import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { until } from '#support/until.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { erasePlays, holdsPlays } from './erase-plays.ts'
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
  await until(
    () => erasePlays(clickhouse.client, all(next)),
    (isDone) => isDone,
  )
  expect(await holdsPlays(clickhouse.client, all(next))).toBe(false)
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
  await until(
    () => erasePlays(clickhouse.client, all(video)),
    (isDone) => isDone,
  )
  expect(await countPlays(video)).toBe(0)
})

const all = (videoId: string) => ({ videoIds: [videoId], openedBefore: null })

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
