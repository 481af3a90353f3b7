import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { type TestQueries, testQueries } from '#support/clickhouse-queries.ts'

let server: TestClickHouse
let ask: TestQueries

beforeAll(async () => {
  server = await startClickHouse()
  ask = testQueries(server)
})
beforeEach(() => ask.createNote())
afterAll(() => server?.stop())

test('what was answered survives kill -9, and a retry with its token adds nothing', async () => {
  const answered: number[] = []
  const unanswered = new Set<number>()
  for (let kill = 0; kill < 3; kill++) {
    const writers = [writeUntilKilled(answered, unanswered), writeUntilKilled(answered, unanswered)]
    const enough = answered.length + 5
    while (answered.length < enough) await delay(1)
    await server.kill()
    await Promise.all(writers)
    await server.restart()
    for (const batch of unanswered) await insertBatch(batch)
    answered.push(...unanswered)
    unanswered.clear()
  }
  const ids = answered.flatMap(idsOf).sort((a, b) => a - b)
  expect(await ask.column('SELECT id FROM note ORDER BY id')).toEqual(ids)
})

test('a graceful stop and a start find everything as it was', async () => {
  await ask.insertTsv('1\ta\n')
  await server.restart()
  expect(await ask.column('SELECT text FROM note')).toEqual(['a'])
})

async function writeUntilKilled(answered: number[], unanswered: Set<number>): Promise<void> {
  for (;;) {
    const batch = answered.length + unanswered.size
    unanswered.add(batch)
    try {
      await insertBatch(batch)
    } catch {
      return
    }
    unanswered.delete(batch)
    answered.push(batch)
  }
}

async function insertBatch(batch: number): Promise<void> {
  const rows = idsOf(batch).map((id) => `${id}\tbatch ${batch}\n`)
  await ask.insertTsv(rows.join(''), 'note', { insert_deduplication_token: `batch-${batch}` })
}

function idsOf(batch: number): number[] {
  return Array.from({ length: 50 }, (_, row) => batch * 50 + row)
}
