import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openCatalog } from '#catalog/open-catalog.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { until } from '#support/until.ts'

let databaseUrl: string
let stopPostgres: () => Promise<void>
beforeAll(async () => {
  const postgres = await startTestPostgres()
  databaseUrl = postgres.url
  stopPostgres = postgres.stop
})
afterAll(() => stopPostgres?.())

test('a change of the tables may take longer than any other question', async () => {
  const options = { databaseUrl, onError: () => {} }
  await (await openCatalog(options)).close()
  const other = new pg.Client({ connectionString: databaseUrl })
  // In a transaction the same is seen of others each time.
  const watcher = new pg.Client({ connectionString: databaseUrl })
  await Promise.all([other.connect(), watcher.connect()])
  try {
    await other.query('BEGIN')
    await other.query('LOCK TABLE kysely_migration IN ACCESS EXCLUSIVE MODE')
    let isEnded = false
    const opening = openCatalog(options).finally(() => {
      isEnded = true
    })
    opening.catch(() => {})
    const waiting = `
      SELECT 1 FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND query_start < clock_timestamp() - interval '10 s'`
    await until(
      async () => isEnded || (await watcher.query(waiting)).rowCount === 1,
      (isLong) => isLong,
      20_000,
    )
    await other.query('COMMIT')
    const catalog = await opening
    expect(await catalog.database.selectFrom('video').select('id').execute()).toEqual([])
    await catalog.close()
  } finally {
    await Promise.all([other.end(), watcher.end()])
  }
}, 60_000)
