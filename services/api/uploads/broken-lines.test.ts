import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FaultProxy, startFaultProxy } from '#support/fault-proxy.ts'
import { tusClient } from '#support/tus.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

let api: UploadApi
let line: FaultProxy

beforeAll(async () => {
  api = await startUploadApi({ MAX_UPLOAD_BYTES: '1000000', UNFINISHED_UPLOADS: '1000', UPLOAD_IDLE_SECONDS: '1' })
  line = await startFaultProxy(api.port)
})
afterAll(async () => {
  await line?.stop()
  await api?.stop()
})

async function storedOf(path: string): Promise<string> {
  const video = (await api.videos()).find(({ upload_id }) => upload_id === path.split('/').at(-1))
  return api.storedHash(video!)
}

const bytes = randomBytes(100_000)

/** Ends with the rest over a good line; gives what the server had kept. */
async function resumed(path: string): Promise<number> {
  const kept = await api.tus.offset(path)
  expect((await api.tus.patch(path, kept, bytes.subarray(kept))).status).toBe(204)
  expect(await storedOf(path)).toBe(sha256(bytes))
  return kept
}

test.each(['close', 'reset'] as const)('what arrived before a %s of the connection is kept', async (cut) => {
  const path = await api.tus.begin(bytes.length)
  line.faults = { cutAfterBytes: 50_000, cut: 'silence' }
  const sending = tusClient(() => line.port, api.person.cookie).patch(path, 0, bytes)
  // What nobody has read yet may go with its line.
  untilOnDisk(path, 49_000).then(
    () => line.cutAll(cut),
    () => {},
  )
  await expect(sending).rejects.toThrow()
  // The head of the request is in the 50,000.
  expect(await resumed(path)).toBeGreaterThan(49_000)
})

test('a line that dies without a word gives the upload back in less than two seconds', async () => {
  const path = await api.tus.begin(bytes.length)
  line.faults = { cutAfterBytes: 50_000, cut: 'silence' }
  const dead = tusClient(() => line.port, api.person.cookie).patch(path, 0, bytes)
  dead.catch(() => {})
  await untilOnDisk(path, 49_000)
  const answer = await Promise.race([api.tus.offset(path), delay(2_000, 'too late')])
  expect(answer).toBeGreaterThan(49_000)
  await resumed(path)
  line.cutAll('reset')
})

test('silence ends a request with 408 and keeps what came before it; slowness does not', async () => {
  const path = await api.tus.begin(10)
  async function* drops() {
    for (const letter of 'hello') {
      yield Buffer.from(letter)
      await delay(400)
    }
    await delay(2_000)
  }
  const answer = await api.tus.patch(path, 0, Readable.from(drops()), { 'Content-Length': '10' })
  expect(answer).toMatchObject({ status: 408, code: 'upload_idle' })
  expect(await api.tus.offset(path)).toBe(5)
  expect((await api.tus.patch(path, 5, Buffer.from('world'))).status).toBe(204)
})

test('an answer that is lost does not make a second video', async () => {
  const path = await api.tus.begin(bytes.length)
  line.faults = { isCutOnReply: true }
  await expect(tusClient(() => line.port, api.person.cookie).patch(path, 0, bytes)).rejects.toThrow()
  const again = await api.tus.ask('HEAD', path)
  expect(again.headers).toMatchObject({ 'upload-offset': '100000', 'upload-length': '100000' })
  expect(again.headers['x-video-id']).toBeTruthy()
  expect((await api.tus.patch(path, bytes.length, Buffer.alloc(0))).headers['x-video-id']).toBe(
    again.headers['x-video-id'],
  )
})

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a %s in the middle keeps what arrived, and the next process goes on',
  async (signal) => {
    const path = await api.tus.begin(bytes.length)
    const half = api.tus.patch(
      path,
      0,
      Readable.from(
        (async function* () {
          yield bytes.subarray(0, 50_000)
          await api.exited()
        })(),
      ),
      { 'Content-Length': String(bytes.length) },
    )
    half.catch(() => {})
    await untilOnDisk(path, 50_000)
    await api.restart(signal)
    expect(await resumed(path)).toBe(50_000)
  },
)

test('a hundred slow senders are not in the way of a fast one', async () => {
  line.faults = { bytesPerSecond: 2_000 }
  const slow = tusClient(() => line.port, api.person.cookie)
  const paths = await Promise.all(Array.from({ length: 100 }, () => api.tus.begin(bytes.length)))
  const sending = paths.map((path) => slow.patch(path, 0, bytes).catch(() => {}))
  await untilOnDisk(paths.at(-1)!, 1)
  const path = await api.tus.begin(bytes.length)
  expect((await api.tus.patch(path, 0, bytes)).status).toBe(204)
  // They still send: none has come far.
  expect(await api.tus.offset(paths[0]!)).toBeLessThan(bytes.length / 2)
  line.cutAll('reset')
  await Promise.all(sending)
})

async function untilOnDisk(path: string, leastBytes: number): Promise<void> {
  const file = join(api.folder, 'uploads', path.split('/').at(-1)!)
  await until(
    () => readFile(file),
    (read) => read.length >= leastBytes,
    10_000,
  )
}
