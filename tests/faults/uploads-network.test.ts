import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FaultProxy, startFaultProxy } from '#support/fault-proxy.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { type TusClient, tusClient } from '#support/tus.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'
import { createGateway } from '../../infra/gateway/create-gateway.ts'

const bytes = randomBytes(12_000_000)

/** Whichever store keeps the bytes, and whether the gateway stands between: the line in front of all goes wrong. */
describe.each([
  { store: 'disk', isThroughGateway: false },
  { store: 's3', isThroughGateway: false },
  { store: 'disk', isThroughGateway: true },
  { store: 's3', isThroughGateway: true },
])('over a line that breaks, into $store, through the gateway: $isThroughGateway', ({ store, isThroughGateway }) => {
  let s3: TestS3 | undefined
  let api: UploadApi
  let gateway: Server | undefined
  let line: FaultProxy
  let over: TusClient

  beforeAll(async () => {
    if (store === 's3') s3 = await startS3()
    api = await startUploadApi({ UNFINISHED_UPLOADS: '100', ...(s3 && { STORAGE_URL: s3.url }) })
    if (isThroughGateway) gateway = createGateway({ portOf: async () => api.port(), isBehindProxy: false })
    const server = gateway
    await new Promise<void>((resolve) => (server ? server.listen(0, '127.0.0.1', resolve) : resolve()))
    line = await startFaultProxy(() => (server ? (server.address() as AddressInfo).port : api.port()))
    over = tusClient(() => line.port, api.person.cookie)
  })
  afterAll(async () => {
    await line?.stop()
    gateway?.closeAllConnections()
    gateway?.close()
    await api?.stop()
    await s3?.stop()
  })

  /** One video with the very bytes, whatever was sent twice. Gives what the server had kept. */
  async function resumed(path: string): Promise<number> {
    line.faults = {}
    const kept = await over.offset(path)
    if (kept < bytes.length) expect((await over.patch(path, kept, bytes.subarray(kept))).status).toBe(204)
    const made = (await api.videos()).filter(({ upload_id }) => upload_id === path.split('/').at(-1))
    expect(made).toHaveLength(1)
    expect(await api.storedHash(made[0]!)).toBe(sha256(bytes))
    return kept
  }

  test.each(['close', 'reset'] as const)('what arrived before a %s is kept', async (cut) => {
    const path = await over.begin(bytes.length)
    line.faults = { cutAfterBytes: 10_000_000, cut }
    await expect(over.patch(path, 0, bytes)).rejects.toThrow()
    // A bucket has it in parts of 8 MiB; a reset drops what was in the gateway's hands, or still in the system's.
    const kept = await resumed(path)
    const least = cut === 'close' ? 8 * 1024 * 1024 : 1
    if (!isThroughGateway) expect(kept).toBeGreaterThanOrEqual(least)
  })

  test('a line that dies without a word gives the upload back to a new one', async () => {
    const path = await over.begin(bytes.length)
    line.faults = { cutAfterBytes: 10_000_000, cut: 'silence' }
    const dead = over.patch(path, 0, bytes)
    dead.catch(() => {})
    line.faults = {}
    await until(
      () => over.offset(path),
      (offset) => offset >= 8 * 1024 * 1024,
      20_000,
    )
    await resumed(path)
    line.cutAll('reset')
  })

  test('a lost answer makes no second video', async () => {
    const path = await over.begin(bytes.length)
    line.faults = { isCutOnReply: true }
    await expect(over.patch(path, 0, bytes)).rejects.toThrow()
    await resumed(path)
  })

  test('who asks while a slow sender writes is told how far he is, and the sender hears in a plain status that he lost his turn', async () => {
    const path = await over.begin(bytes.length)
    line.faults = { bytesPerSecond: 4_000_000 }
    const first = over.patch(path, 0, bytes)
    line.faults = {}
    const told = await until(
      () => over.offset(path),
      (offset) => offset > 0,
    )
    // A disk has taken what came, and says so; a bucket says so as well, or that the request was broken off.
    const { status } = await first
    expect(store === 'disk' ? [204] : [204, 400]).toContain(status)
    expect(await resumed(path)).toBeGreaterThanOrEqual(told)
  })

  test('a draft that is deleted while its bytes come ends their sending, and nothing of it stays', async () => {
    const made = await api.person.send('POST', '/api/videos/drafts', { title: 'A draft', visibility: 'private' })
    const { id } = (await made.json()) as { id: string }
    const path = await over.begin(bytes.length, { videoId: id })
    const body = new PassThrough()
    const sending = over.patch(path, 0, body, { 'Content-Length': String(bytes.length) })
    body.write(bytes.subarray(0, 6_000_000))
    expect((await api.person.request(`/api/videos/${id}`, { method: 'DELETE' })).status).toBe(204)
    body.end(bytes.subarray(6_000_000))
    // An answer that comes before the end of a body may be lost in the gateway; who begins again hears it then.
    const { code } = await sending
    expect(isThroughGateway ? ['video_deleted', 'unavailable'] : ['video_deleted']).toContain(code)
    await until(
      () => over.ask('HEAD', path),
      ({ status }) => status === 404,
    )
    expect(await over.create(10, { videoId: id })).toMatchObject({ status: 410, code: 'video_deleted' })
    expect((await api.videos()).filter(({ upload_id }) => upload_id === path.split('/').at(-1))).toEqual([])
  })

  test('a server that is asked to end does so in time although a sender hangs, and the next one goes on there', async () => {
    const path = await over.begin(bytes.length)
    const hanging = new PassThrough()
    const sending = over.patch(path, 0, hanging, { 'Content-Length': String(bytes.length) })
    sending.catch(() => {})
    hanging.write(bytes.subarray(0, 10_000_000))
    await until(
      () => api.catalog.database.selectFrom('unfinished_upload').selectAll().execute(),
      (rows) => rows.length > 0,
    )
    // The ten seconds that a system has.
    let isEnded = false
    void api.exited().then(() => {
      isEnded = true
    })
    process.kill(api.pid(), 'SIGTERM')
    await until(
      async () => isEnded,
      (is) => is,
      10_000,
    )
    await api.startAgain()
    await resumed(path)
    hanging.destroy()
  })
})
