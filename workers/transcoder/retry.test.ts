import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cancelVideo } from '#catalog/cancel-video.ts'
import { claimAttempt } from '#catalog/claim-attempt.ts'
import { maxAttempts } from '#catalog/jobs.ts'
import { retryVideo } from '#catalog/retry-video.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { makeClip } from '#support/media.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { workNext, workWhole } from '#support/work-whole.ts'
import type { Context } from './context.ts'

let site: TestSite
let context: Context
let clip: string

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
  clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1, width: 160, height: 120 })
})
afterAll(() => site?.close())

const retry = (id: string) => retryVideo(site.catalog, id)

async function jobsOf(id: string): Promise<number> {
  const { rows } = await site.catalog.pool.query(
    "SELECT id FROM pgboss.job WHERE name = 'transcode' AND state = 'created' AND data->>'videoId' = $1",
    [id],
  )
  return rows.length
}

/** All its workers were killed. */
async function failed(): Promise<VideoRow> {
  const { id } = await site.upload(clip)
  for (let tries = 0; tries < maxAttempts; tries++)
    await claimAttempt(site.catalog.database, { videoId: id, jobId: crypto.randomUUID(), worker: 'killed' })
  await workWhole(context, id)
  return site.row(id)
}

describe('another try', () => {
  test('at a file that failed for good becomes the same video, with tries of its own', async () => {
    const before = await failed()
    expect(before).toMatchObject({ status: 'failed', failure_code: 'transcode_failed' })
    await retry(before.id)
    expect(await site.row(before.id)).toMatchObject({ status: 'queued', failure_code: null, failure_message: null })
    await workWhole(context, before.id)
    expect(await site.row(before.id)).toMatchObject({ status: 'ready', flags: [], source_key: before.source_key })
  })

  test('at one that was stopped before anybody could watch; asked twice it is one, and none is queued beside it', async () => {
    const { id } = await site.upload(clip)
    expect(await jobsOf(id)).toBe(1)
    await cancelVideo(site.catalog, id)
    expect((await site.row(id)).status).toBe('failed')
    await Promise.all([retry(id), retry(id), retry(id)])
    expect(await jobsOf(id)).toBe(1)
    await workWhole(context, id)
    expect(await site.row(id)).toMatchObject({ status: 'ready', flags: [], failure_code: null })
  })

  test('at one that was stopped while people watched leaves them what they see until there is better', async () => {
    const { id } = await site.upload(clip)
    await workNext(context, id)
    await cancelVideo(site.catalog, id)
    const stopped = await site.row(id)
    expect(stopped).toMatchObject({ status: 'ready', flags: ['cancelled'], failure_code: 'cancelled' })
    await retry(id)
    const { published_prefix, published_at } = stopped
    const begun = await site.row(id)
    expect(begun).toMatchObject({ status: 'playable', flags: [], failure_code: null, published_prefix, published_at })
    await workWhole(context, id)
    const whole = await site.row(id)
    expect(whole).toMatchObject({ status: 'ready', flags: [], failure_code: null, published_at })
    expect(whole.published_prefix).toBe(`videos/${id}/a${whole.current_attempt}/ladder`)
    expect(await site.read(`${whole.published_prefix}/master.m3u8`)).toContain('#EXTM3U')
  })

  test('is refused where it would end the same, where all is well and where there is no file', async () => {
    const text = join(site.folder, 'notes.txt')
    await writeFile(text, 'no video at all')
    const { id } = await site.upload(text)
    await workWhole(context, id)
    expect((await site.row(id)).failure_code).toBe('not_a_video')
    await expect(retry(id)).rejects.toMatchObject({ code: 'retry_useless', status: 409 })
    expect((await site.row(id)).failure_code).toBe('not_a_video')

    const whole = await site.upload(clip)
    await workWhole(context, whole.id)
    await expect(retry(whole.id)).rejects.toMatchObject({ code: 'nothing_to_retry' })
    await site.catalog.database.updateTable('video').set({ source_key: null }).where('id', '=', id).execute()
    await expect(retry(id)).rejects.toMatchObject({ code: 'nothing_to_retry' })
    await expect(retry('abcdefghijk')).rejects.toMatchObject({ code: 'not_found' })
  })
})
