import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import type { Catalog } from './open-catalog.ts'

let site: TestSite
let catalog: Catalog
beforeAll(async () => {
  site = await openTestSite()
  catalog = site.catalog
})
afterAll(() => site?.close())

async function stateOfJob(): Promise<string> {
  const { rows } = await catalog.pool.query("SELECT state FROM pgboss.job WHERE name = 'transcode'")
  return rows[0]!.state
}

test('a part that takes days stays with its worker for as long as that lives', async () => {
  const part = { kind: 'part' as const, videoId: 'v', attempt: 1, part: 1, turn: 1 }
  await catalog.database.transaction().execute((transaction) => catalog.jobs.queueParts(transaction, [part]))
  await catalog.pool.query(
    `UPDATE pgboss.job SET state = 'active', started_on = now() - interval '11 days', heartbeat_on = now()
     WHERE name = 'transcode'`,
  )
  const queue = new PgBoss({ connectionString: catalog.pool.options.connectionString!, supervise: false })
  await queue.start()
  const look = async () => {
    // Else it would be left out as one that was looked at within the last minute.
    await catalog.pool.query(
      "UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL WHERE name = 'transcode'",
    )
    await queue.supervise('transcode')
  }
  try {
    await look()
    expect(await stateOfJob()).toBe('active')
    await catalog.pool.query(
      "UPDATE pgboss.job SET heartbeat_on = now() - interval '1 minute' WHERE name = 'transcode'",
    )
    await look()
    expect(await stateOfJob()).toBe('retry')
  } finally {
    await queue.stop({ graceful: false })
  }
})
