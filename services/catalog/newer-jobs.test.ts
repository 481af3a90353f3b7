import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import type { Catalog } from './open-catalog.ts'

let site: TestSite
let catalog: Catalog
beforeAll(async () => {
  site = await openTestSite()
  catalog = site.catalog
})
afterAll(() => site?.close())

/** Jobs that were put back, and have a while to wait: as a newer worker finds them, with all their tries. */
async function left(queue: string): Promise<{ data: object; retry_count: number }[]> {
  const { rows } = await catalog.pool.query(
    `SELECT data, retry_count FROM pgboss.job
     WHERE name = $1 AND state = 'created' AND started_on IS NULL AND start_after > now() + interval '20 seconds'`,
    [queue],
  )
  return rows
}

test('extras of a newer version, or of a kind that only it knows, are left for its workers with all their tries', async () => {
  const known = { version: 1 as const, kind: 'storyboard' as const, videoId: 'v', sourceKey: 's' }
  const newer = [
    { ...known, version: 2 },
    { ...known, kind: 'hologram' },
    { ...known, kind: 'toString' },
  ]
  for (const job of [...newer, known]) await catalog.jobs.queueExtra(undefined, job as typeof known)
  const handled: object[] = []
  await catalog.jobs.workExtra(async ({ data }) => {
    handled.push(data)
  })
  const put = await until(
    () => left('extra'),
    (jobs) => jobs.length === newer.length && handled.length === 1,
  )
  expect(handled).toEqual([known])
  expect(put.map(({ data }) => data)).toEqual(expect.arrayContaining(newer))
  expect(put.every(({ retry_count }) => retry_count === 0)).toBe(true)
})

test('what a newer version wants swept is left for its workers', async () => {
  await catalog.jobs.queueSweep('videos/newer', 0)
  await catalog.pool.query(`UPDATE pgboss.job SET data = jsonb_set(data, '{version}', '2') WHERE name = 'sweep'`)
  await catalog.jobs.queueSweep('videos/known', 0)
  const handled: string[] = []
  await catalog.jobs.workSweep(async ({ prefix }) => {
    handled.push(prefix)
  })
  await until(
    () => left('sweep'),
    (jobs) => jobs.length === 1 && handled.length === 1,
  )
  expect(handled).toEqual(['videos/known'])
})
