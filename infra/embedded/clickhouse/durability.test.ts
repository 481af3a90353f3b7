import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { type TestQueries, testQueries } from './test-queries.ts'

let server: TestClickHouse
let ask: TestQueries

beforeAll(async () => {
  server = await startClickHouse()
  ask = testQueries(server)
})
beforeEach(() => ask.createNote())
afterAll(() => server?.stop())

test('what was answered survives kill -9, and a retry with its token adds nothing', async () => {
  const acknowledged = new Set<number>()
  const pending = new Map<number, string>()
  let batch = 0
  let kills = 0
  async function insertUntilKilled(): Promise<void> {
    for (;;) {
      const id = batch++
      pending.set(id, batchRows(id))
      await ask.insertTsv(pending.get(id)!, 'note', { insert_deduplication_token: `batch-${id}` })
      acknowledged.add(id)
      pending.delete(id)
    }
  }
  while (kills < 3) {
    const writers = [insertUntilKilled(), insertUntilKilled()].map((writer) => writer.catch(() => {}))
    const enough = acknowledged.size + 5
    while (acknowledged.size < enough) await delay(1)
    await server.kill()
    await Promise.all(writers)
    await server.restart()
    kills++
    for (const [id, rows] of pending) {
      await ask.insertTsv(rows, 'note', { insert_deduplication_token: `batch-${id}` })
      acknowledged.add(id)
      pending.delete(id)
    }
  }
  const ids = [...acknowledged].flatMap((id) => batchIds(id)).sort((a, b) => a - b)
  expect(await ask.column('SELECT id FROM note ORDER BY id')).toEqual(ids)
})

test('a graceful stop and a start find everything as it was', async () => {
  await ask.insertTsv('1\ta\n')
  await server.restart()
  expect(await ask.column('SELECT text FROM note')).toEqual(['a'])
})

function batchIds(batch: number): number[] {
  return Array.from({ length: 50 }, (_, row) => batch * 50 + row)
}

function batchRows(batch: number): string {
  return batchIds(batch)
    .map((id) => `${id}\tbatch ${batch}\n`)
    .join('')
}
