import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { openStorage } from '#storage/open-storage.ts'
import { makeClip } from '#support/media.ts'
import { mountSmallDisk } from '#support/small-disk.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import type { Context } from './context.ts'
import { findAway } from './find-away.ts'
import { workVideo } from './work-video.ts'

let site: TestSite
let context: Context
beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
})
afterAll(() => site?.close())

const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

test('a full disk is what work waits for, whether the scratch space or the storage says so', async (ctx) => {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-full-'))
  const disk = await mountSmallDisk(join(folder, 'disk'), 1)
  try {
    if (!disk) return ctx.skip('this user may not mount a disk')
    const storage = await openStorage(`disk://${join(disk.folder, 'storage')}`)
    const stored = { ...context, storage }
    await disk.fill()
    const scratch = await failureOf(writeFile(join(disk.folder, 'scratch'), Buffer.alloc(100_000)))
    expect(scratch).toMatchObject({ code: 'ENOSPC' })
    expect(await findAway(stored, scratch)).toBe('room')
    expect(await findAway(stored, new AppError('unavailable'))).toBe('room')
    expect(await findAway(stored, Object.assign(new Error('quota'), { code: 'EDQUOT' }))).toBe('room')
  } finally {
    await disk?.close()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a database that is too slow is what work waits for, although it answers the next question', async () => {
  const slow = site.catalog.database.transaction().execute(async (transaction) => {
    await sql`SET LOCAL statement_timeout = 1`.execute(transaction)
    await sql`SELECT pg_sleep(10)`.execute(transaction)
  })
  const error = await failureOf(slow)
  expect(error).toMatchObject({ code: '57014' })
  expect(await findAway(context, error)).toBe('database')
})

test('a scratch space that gives no folder ends the attempt as any other trouble does', async () => {
  const { id } = await site.upload(await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1 }))
  const config = { ...context.config, workFolder: join(site.folder, 'clip.mp4') }
  const job = { videoId: id, jobId: crypto.randomUUID(), signal: context.stopping }
  await expect(workVideo({ ...context, config }, job)).rejects.toMatchObject({ code: 'ENOTDIR' })
  const attempts = site.catalog.database.selectFrom('transcode_attempt').select('outcome')
  expect(await attempts.where('video_id', '=', id).execute()).toEqual([{ outcome: 'again' }])
})
