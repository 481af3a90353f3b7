import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Attempt } from '#catalog/attempts.ts'
import { saveTrack } from '#catalog/captions.ts'
import { claimAttempt } from '#catalog/claim-attempt.ts'
import { publishAttempt } from '#catalog/publish-attempt.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { createLogger } from '../../services/program/logger.ts'
import { sweepPrefix } from './sweep-prefix.ts'

let site: TestSite
let context: Parameters<typeof sweepPrefix>[0]
let source: string

beforeAll(async () => {
  site = await openTestSite()
  context = { catalog: site.catalog, storage: site.storage, logger: createLogger('test', 'silent') }
  source = join(site.folder, 'source')
  await writeFile(source, 'never read')
})
afterAll(() => site?.close())

/** A video that a worker has begun with. */
async function claimed(): Promise<Attempt> {
  const { id: videoId } = await site.upload(source)
  const claim = await claimAttempt(site.catalog.database, { videoId, jobId: crypto.randomUUID(), worker: 'w' })
  if (claim.kind !== 'claimed') throw new Error(claim.kind)
  return claim.attempt
}

test('a sweep deletes what nobody is shown, and only that', async () => {
  const attempt = await claimed()
  const id = attempt.videoId
  for (const part of ['a1/ladder', 'a1/t12/first', 'a0/remux'])
    await site.storage.put(`videos/${id}/${part}/x`, Buffer.from('x'))
  const publication = { prefix: `videos/${id}/a1/ladder`, posterKey: null, isWhole: true }
  await publishAttempt(site.catalog.database, attempt, publication)
  for (const prefix of [`videos/${id}/a0`, `videos/${id}/a1`, `videos/${id}/a1/ladder`, 'sources']) {
    await sweepPrefix(context, { version: 1, prefix })
  }
  expect(await site.keys(`videos/${id}`)).toEqual([`videos/${id}/a1/ladder/x`])
  expect((await site.keys('sources')).length).toBeGreaterThan(0)
})

test('a sweep leaves alone what is still being made, and is made again later', async () => {
  const { videoId: id } = await claimed()
  const prefix = `videos/${id}/a1`
  await site.storage.put(`${prefix}/ladder/x`, Buffer.from('x'))
  await sweepPrefix(context, { version: 1, prefix })
  expect(await site.keys(prefix)).toEqual([`${prefix}/ladder/x`])
  const { rows } = await site.catalog.pool.query(
    "SELECT start_after > now() + interval '1 hour' AS is_later FROM pgboss.job WHERE name = 'sweep' AND data->>'prefix' = $1",
    [prefix],
  )
  expect(rows).toEqual([{ is_later: true }])
})

test('captions that no track shows are swept, and those that one shows are kept', async () => {
  const { id } = await site.upload(source)
  const keys = ['de-0a', 'de-0b'].map((name) => `videos/${id}/captions/${name}.vtt`)
  for (const key of keys) await site.storage.put(key, Buffer.from('WEBVTT'))
  const text = { webvtt: 'WEBVTT', cueCount: 1, objectKey: keys[1]!, version: '1' }
  await saveTrack(site.catalog, { videoId: id, language: 'de' }, { expected: null, text })
  for (const prefix of [...keys, `videos/${id}/captions`]) await sweepPrefix(context, { version: 1, prefix })
  expect(await site.keys(`videos/${id}`)).toEqual([keys[1]])
})

test('all of a video and its source are swept once no row needs them, not before', async () => {
  const { id, source_key: sourceKey } = await site.upload(source)
  const other = await site.upload(source)
  const isThere = async (key: string) => (await site.storage.head(key)) !== null
  await site.storage.put(`videos/${id}/a1/ladder/x`, Buffer.from('x'))
  const sweepBoth = async () => {
    for (const prefix of [`videos/${id}`, sourceKey!]) await sweepPrefix(context, { version: 1, prefix })
  }
  await sweepBoth()
  expect(await isThere(sourceKey!)).toBe(true)
  expect(await site.keys(`videos/${id}`)).toHaveLength(1)
  await site.catalog.database.deleteFrom('video').where('id', '=', id).execute()
  await sweepBoth()
  expect(await isThere(sourceKey!)).toBe(false)
  expect(await site.keys(`videos/${id}`)).toEqual([])
  for (const prefix of ['videos', 'sources', 'sources/..', '']) await sweepPrefix(context, { version: 1, prefix })
  expect(await isThere(other.source_key!)).toBe(true)
})
