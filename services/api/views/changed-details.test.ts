import { afterAll, beforeAll, expect, test } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { playToken, watched } from '#support/plays.ts'
import { storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { createChangedDetails, isStillTrue } from './changed-details.ts'

const nowMs = Date.UTC(2026, 4, 20, 12, 30)

let clickhouse: TestClickHouse

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
})

afterAll(() => clickhouse?.stop())

test('what is asked again and again is read anew only after something happened to one of its videos', async () => {
  const [own, other] = [newVideoId(), newVideoId()]
  const readChanged = createChangedDetails()
  const subject = { kind: 'video' as const, id: own, title: '', videos: 1, durationMs: 60_000, posterUrl: null }
  const read = () =>
    readChanged(clickhouse.client, 'own', {
      subject,
      videoIds: [own],
      filter: {},
      nowMs: nowMs + 1_000,
      delayedSinceMs: null,
    })
  const play = (videoId: string) =>
    storePlays(clickhouse.client, [{ token: playToken({ videoId, issuedAtMs: nowMs - 300_000 }), state: watched(12) }])

  const empty = await read()
  await play(other)
  expect(await read()).toBe(empty)
  await play(own)
  const one = await read()
  expect(one.totals.loads).toBe(1)
  expect(await read()).toBe(one)
  await play(own)
  expect((await read()).totals.loads).toBe(2)
})

test('numbers are read anew when a minute ends, when the delay changes, and soon while somebody watches', () => {
  const details = (liveNow: number) => ({
    computedAtMs: nowMs,
    delayedSinceMs: null,
    totals: { liveNow } as Parameters<typeof isStillTrue>[0]['totals'],
  })
  const at = (afterMs: number, delayedSinceMs: number | null = null) => ({ nowMs: nowMs + afterMs, delayedSinceMs })
  expect(isStillTrue(details(0), at(10_000))).toBe(true)
  expect(isStillTrue(details(0), at(60_000))).toBe(false)
  expect(isStillTrue(details(0), at(750, nowMs))).toBe(false)
  expect(isStillTrue(details(3), at(750))).toBe(true)
  expect(isStillTrue(details(3), at(10_000))).toBe(false)
})
