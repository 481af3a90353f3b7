import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { acceptUpload } from './accept-upload.ts'
import { deleteOriginal, findUnwantedOriginals } from './originals.ts'

let site: TestSite
beforeAll(async () => {
  site = await openTestSite()
})
afterAll(() => site?.close())

test('an original is kept where work on it was queued while its deletion waited for the row', async () => {
  const { catalog } = site
  const { database, jobs, pool } = catalog
  const about = { ownerId: 'ada', fileName: 'a', title: 'A', visibility: 'public' as const, sizeBytes: 5 }
  const { id } = await acceptUpload(catalog, { ...about, uploadId: 'u1', sourceKey: 'sources/u1' })
  const whole = { published_prefix: `videos/${id}/a1/ladder`, storyboard_source_key: 'sources/u1' }
  await database
    .updateTable('video')
    .set({ ...whole, status: 'ready', keeps_original: false })
    .execute()
  expect(await findUnwantedOriginals(database)).toEqual([id])

  const queued = Promise.withResolvers<void>()
  const isHeld = Promise.withResolvers<void>()
  const queueing = database.transaction().execute(async (transaction) => {
    await transaction.selectFrom('video').select('id').where('id', '=', id).forUpdate().execute()
    isHeld.resolve()
    await queued.promise
    const ids = { videoId: id, sourceKey: 'sources/u1', wishId: 'w1' }
    await jobs.queueExtra(transaction, { version: 1, kind: 'poster', ...ids, from: { atMs: 0 } })
  })
  await isHeld.promise
  const deleting = deleteOriginal(catalog, id)
  await until(
    () => pool.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%for update%'"),
    ({ rowCount }) => rowCount === 1,
  )
  queued.resolve()
  await queueing
  expect(await deleting).toBe(false)
})
