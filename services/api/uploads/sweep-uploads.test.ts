import { randomUUID } from 'node:crypto'
import { readdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDraft } from '#catalog/drafts.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { startUploadApi, type UploadApi } from '#support/upload-api.ts'
import { createLogger } from '../../program/logger.ts'
import type { Context } from '../context.ts'
import { openPlace } from './open-place.ts'
import { sweepUploads } from './sweep-uploads.ts'
import { UploadLocks } from './upload-locks.ts'
import type { UploadPlace } from './upload-place.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
const logger = createLogger('api', 'silent')

let s3: TestS3
beforeAll(async () => {
  s3 = await startS3()
})
afterAll(() => s3?.stop())

describe.each(['disk', 's3'])('on %s', (kind) => {
  let api: UploadApi
  let place: UploadPlace

  beforeAll(async () => {
    api = await startUploadApi(kind === 's3' ? { STORAGE_URL: s3.url } : {})
    const config = { STORAGE_URL: kind === 's3' ? s3.url : 'disk:', UPLOAD_FOLDER: join(api.folder, 'uploads') }
    place = await openPlace({ config: config as Context['config'], storage: api.storage })
  })
  afterAll(() => api?.stop())

  const sweepIn = (ms: number) =>
    sweepUploads(
      { catalog: api.catalog, storage: api.storage, logger },
      { place, locks: new UploadLocks(), nowMs: Date.now() + ms },
    )

  async function keys(): Promise<string[]> {
    const found: string[] = []
    for await (const { key } of api.storage.list('sources')) found.push(key)
    return found
  }

  /** Of sources that are not whole yet, as the bucket tells of them. */
  async function multiparts(): Promise<string> {
    return (await fetch(`${s3.endpoint}/${s3.bucket}?uploads&prefix=test/sources/`)).text()
  }

  async function notes(): Promise<string[]> {
    const rows = await api.catalog.database.selectFrom('unfinished_upload').select('id').execute()
    return rows.map(({ id }) => id)
  }

  test('an unfinished upload is kept for a week and goes with everything of it afterwards', async () => {
    const path = await api.tus.begin(10)
    const id = path.split('/').at(-1)!
    await api.tus.patch(path, 0, Buffer.from('hello'))
    await sweepIn(7 * dayMs - hourMs)
    expect(await api.tus.offset(path)).toBe(5)
    expect(await notes()).toEqual([id])
    await sweepIn(7 * dayMs + hourMs)
    expect((await api.tus.ask('HEAD', path)).status).toBe(404)
    expect(await place.list()).toEqual([])
    expect(await keys()).toEqual([])
    expect(await notes()).toEqual([])
    if (kind === 's3') expect(await multiparts()).not.toContain('<Upload>')
  })

  test('an upload whose length was never told is swept like all others', async () => {
    const { headers } = await api.tus.ask('POST', '/api/uploads', { 'Upload-Defer-Length': '1' })
    await api.tus.patch(headers.location!, 0, Buffer.from('hello'))
    await sweepIn(7 * dayMs + hourMs)
    expect((await api.tus.ask('HEAD', headers.location!)).status).toBe(404)
    expect([await place.list(), await keys(), await notes()]).toEqual([[], [], []])
    if (kind === 's3') expect(await multiparts()).not.toContain('<Upload>')
  })

  test('a source that no video names goes after a day, one with a video stays', async () => {
    const { id } = await api.person.upload(new Blob(['hello']), 'kept.mp4')
    const stray = `sources/${randomUUID()}`
    await api.storage.put(stray, Buffer.from('left by a kill'))
    await sweepIn(dayMs - hourMs)
    expect(await keys()).toContain(stray)
    await sweepIn(dayMs + hourMs)
    const video = (await api.videos()).find((row) => row.id === id)
    expect(await keys()).toEqual([video!.source_key])
  })

  test('a note of an upload that never got a place goes, and so does a draft of a week ago', async () => {
    const me = (await (await api.person.request('/api/me')).json()) as { id: string }
    const draft = await createDraft(api.catalog.database, { ownerId: me.id, title: 'Later', visibility: 'private' })
    await api.catalog.database.insertInto('unfinished_upload').values({ id: randomUUID(), owner_id: me.id }).execute()
    await sweepIn(0)
    expect(await notes()).toHaveLength(1)
    await sweepIn(2 * hourMs)
    expect(await notes()).toEqual([])
    expect((await api.videos()).map(({ id }) => id)).toContain(draft)
    await sweepIn(8 * dayMs)
    expect((await api.videos()).map(({ id }) => id)).not.toContain(draft)
  })

  test('what a killed writer left of an object goes after a day', async () => {
    if (kind === 's3') {
      const list = async () => (await fetch(`${s3.endpoint}/${s3.bucket}?uploads&prefix=test/sources/form`)).text()
      await fetch(`${s3.endpoint}/${s3.bucket}/test/sources/form?uploads`, { method: 'POST', headers: signed })
      await api.storage.put(`sources/${randomUUID()}.part`, Buffer.from('a tail'))
      await sweepIn(dayMs - hourMs)
      expect(await list()).toContain('<Upload>')
      await sweepIn(dayMs + hourMs)
      expect(await list()).not.toContain('<Upload>')
      expect((await keys()).filter((key) => key.endsWith('.part'))).toEqual([])
      return
    }
    const left = [join(api.folder, 'uploads', randomUUID()), join(api.folder, 'storage', '.temporary', 'half')]
    for (const path of left) await writeFile(path, 'half')
    await sweepIn(dayMs - hourMs)
    expect(await readdir(join(api.folder, 'uploads'))).toHaveLength(1)
    const old = new Date(Date.now() - 2 * dayMs)
    for (const path of left) await utimes(path, old, old)
    await sweepIn(0)
    expect(await readdir(join(api.folder, 'uploads'))).toEqual([])
    expect(await readdir(join(api.folder, 'storage', '.temporary'))).toEqual([])
  })
})

const signed = {
  Authorization:
    'AWS4-HMAC-SHA256 Credential=S3RVER/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
}
