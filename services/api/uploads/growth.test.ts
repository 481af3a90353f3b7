import { randomBytes } from 'node:crypto'
import { PassThrough, Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signUp } from '#support/person.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { until } from '#support/until.ts'
import { startUploadApi, type UploadApi } from '#support/upload-api.ts'

let s3: TestS3
beforeAll(async () => {
  s3 = await startS3()
})
afterAll(() => s3?.stop())

/** More than is taken before it is asked again, and then a sender who waits: one who never stops may miss the answer. */
function long(): Readable {
  let pieces = 65
  return new Readable({
    read() {
      if (pieces-- > 0) this.push(Buffer.alloc(1024 * 1024))
    },
  })
}

describe.each(['disk', 's3'])('on %s', (kind) => {
  let api: UploadApi
  beforeAll(async () => {
    api = await startUploadApi({ QUOTA_BYTES: '1000', ...(kind === 's3' && { STORAGE_URL: s3.url }) })
  })
  afterAll(() => api?.stop())

  test('an upload of fewer bytes than its kind is told by becomes a video, too', async () => {
    const answer = await api.tus.patch(await api.tus.begin(100), 0, randomBytes(100))
    expect(answer.headers['x-video-id']).toBeTruthy()
    await api.person.request(`/api/videos/${answer.headers['x-video-id']}`, { method: 'DELETE' })
  })

  test('a form that is no video is refused by its first bytes, and its sender reads so long before its end', async () => {
    const begin = '--abc\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n%PDF-1.7 '
    const body = Readable.from([Buffer.from(begin), Buffer.alloc(100_000)])
    // It says that more is to come, and waits.
    const headers = { 'Content-Type': 'multipart/form-data; boundary=abc', 'Content-Length': '500000' }
    const waiting = new PassThrough()
    body.pipe(waiting, { end: false })
    const answer = await api.tus.ask('POST', '/api/videos', headers, waiting)
    expect(answer).toMatchObject({ status: 415, code: 'not_a_video' })
    waiting.destroy()
  })

  /** The path of a new upload whose length is not known yet. */
  async function beginOpen(): Promise<string> {
    return (await api.tus.ask('POST', '/api/uploads', { 'Upload-Defer-Length': '1' })).headers.location!
  }

  test('of uploads that are open together none brings more than their owner may keep, also where no length was told', async () => {
    const [first, second] = [await beginOpen(), await beginOpen()]
    expect((await api.tus.patch(first!, 0, randomBytes(600))).status).toBe(204)
    expect(await api.tus.patch(second!, 0, randomBytes(600))).toMatchObject({ status: 413, code: 'quota' })
    // What was refused is gone, and what was not goes on.
    await until(
      () => api.tus.ask('HEAD', second!),
      ({ status }) => status === 404,
    )
    expect(
      (await api.tus.patch(first!, 600, randomBytes(300), { 'Upload-Length': '900' })).headers['x-video-id'],
    ).toBeTruthy()
  })

  test('a body that tells no length is ended on the way where it becomes more than its owner may keep', async () => {
    const path = await beginOpen()
    const body = long()
    const sending = api.tus.patch(path, 0, body)
    // Beside a bucket the connection ends with the answer, which may be lost then.
    if (kind === 'disk') expect(await sending).toMatchObject({ status: 413, code: 'quota' })
    else await sending.catch(() => null)
    body.destroy()
    await until(
      () => api.tus.ask('HEAD', path),
      ({ status }) => status === 404,
    )
  })

  test('whoever asks for an upload at the moment it is removed is told that it is there or that it is not', async () => {
    const statuses = new Set<number>()
    async function askUntilGone(path: string): Promise<void> {
      let status: number
      do {
        status = (await api.tus.ask('HEAD', path)).status
        statuses.add(status)
      } while (status === 200)
    }
    for (let round = 0; round < 20; round++) {
      const path = await beginOpen()
      await Promise.all([askUntilGone(path), askUntilGone(path), api.tus.patch(path, 0, randomBytes(1200))])
    }
    statuses.delete(410)
    expect([...statuses].sort()).toEqual([200, 404])
  })

  test('an upload whose draft is deleted is told so before more of it is taken', async () => {
    const made = await api.person.send('POST', '/api/videos/drafts', { title: 'A draft', visibility: 'private' })
    const { id } = (await made.json()) as { id: string }
    // What the test before had refused is counted a moment longer.
    const path = await until(
      () => api.tus.begin(10, { videoId: id }),
      () => true,
    )
    expect((await api.tus.patch(path, 0, randomBytes(5))).status).toBe(204)
    expect((await api.person.request(`/api/videos/${id}`, { method: 'DELETE' })).status).toBe(204)
    expect(await api.tus.patch(path, 5, randomBytes(2))).toMatchObject({ status: 410, code: 'video_deleted' })
    // Whoever did not hear that begins again, and hears it now.
    expect(await api.tus.create(10, { videoId: id })).toMatchObject({ status: 410, code: 'video_deleted' })
    await until(
      () => api.tus.ask('HEAD', path),
      ({ status }) => status === 404,
    )
  })

  test('an upload for somebody else’s draft does not begin, and tells as little as one for a draft that never was', async () => {
    const other = await signUp(api.url, 'Bob')
    const made = await other.send('POST', '/api/videos/drafts', { title: 'Bob’s draft', visibility: 'private' })
    const { id } = (await made.json()) as { id: string }
    for (const videoId of [id, 'zzzzzzzzzzzz']) {
      expect(await api.tus.create(10, { videoId })).toMatchObject({ status: 410, code: 'video_deleted' })
    }
    expect((await other.request(`/api/videos/${id}`, { method: 'DELETE' })).status).toBe(204)
  })
})
