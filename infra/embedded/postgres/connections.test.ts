import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestPostgres } from '#support/postgres.ts'
import { connectionsOfProgram } from '../../../services/catalog/connections.ts'
import { openCatalog } from '../../../services/catalog/open-catalog.ts'

let postgres: Awaited<ReturnType<typeof startTestPostgres>>

beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres?.stop())

test('a program under full load holds as many connections as are reckoned for it, and no more', async () => {
  const catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  const outside = new Client({ connectionString: postgres.url })
  await outside.connect()
  await catalog.jobs.workTranscode(async () => {})
  const questions = Array.from({ length: 30 }, () => catalog.pool.query('SELECT pg_sleep(0.2)'))
  await Promise.race(questions)
  const { rows } = await outside.query<{ count: number }>(
    "SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
  )
  expect(rows[0]!.count).toBeGreaterThanOrEqual(9)
  expect(rows[0]!.count).toBeLessThanOrEqual(connectionsOfProgram)
  await Promise.all(questions)
  await outside.end()
  await catalog.close()
})
