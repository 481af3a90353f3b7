import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { S3Store } from '@tus/s3-store'
import { Server as TusServer } from '@tus/server'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startS3, type TestS3 } from '#support/s3.ts'
import { openStorage } from './open-storage.ts'
import { s3Settings } from './s3-settings.ts'
import type { Storage } from './storage.ts'

const tusHeaders = { 'tus-resumable': '1.0.0' }
const pieceBytes = 6 * 1024 * 1024

let s3: TestS3
let storage: Storage
let server: Server
let uploadsUrl: string
let ids = 0

beforeAll(async () => {
  s3 = await startS3()
  storage = await openStorage(s3.url)
  server = createServer(tusHandler())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  uploadsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/uploads`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await storage.close()
  await s3.stop()
})

test('a tus upload over several requests, resumed by another server, becomes an object of the same storage', async () => {
  const bytes = Buffer.alloc(2 * pieceBytes + 12_345, 'QQVideo ')
  const { url, key } = await createUpload(bytes.length)
  await patch(url, 0, bytes.subarray(0, pieceBytes))
  // A smaller piece than S3 takes as a part is kept beside the upload until more arrives.
  await patch(url, pieceBytes, bytes.subarray(pieceBytes, pieceBytes + 1_000))
  await restartTus()
  expect(await offsetOf(url)).toBe(pieceBytes + 1_000)
  await patch(url, pieceBytes + 1_000, bytes.subarray(pieceBytes + 1_000))

  const { info, body } = await storage.get(key)
  expect(info.sizeBytes).toBe(bytes.length)
  expect((await buffer(body)).equals(bytes)).toBe(true)
  expect(await offsetOf(url)).toBe(bytes.length)
})

test('a wrong offset is refused and the right one is still known', async () => {
  const { url } = await createUpload(10)
  const answer = await fetch(url, { method: 'PATCH', headers: patchHeaders(5), body: 'hello' })
  expect(answer.status).toBe(409)
  expect(await offsetOf(url)).toBe(0)
})

test('an upload that is given up leaves neither object nor parts', async () => {
  const { url, key } = await createUpload(2 * pieceBytes)
  await patch(url, 0, Buffer.alloc(pieceBytes))
  const answer = await fetch(url, { method: 'DELETE', headers: tusHeaders })
  expect(answer.status).toBe(204)
  expect((await fetch(url, { method: 'HEAD', headers: tusHeaders })).status).toBe(404)
  expect(await storage.head(key)).toBeNull()
})

test('deleting a prefix gives up the unfinished uploads below it', async () => {
  const { url, key } = await createUpload(2 * pieceBytes)
  await patch(url, 0, Buffer.alloc(pieceBytes))
  expect(await unfinishedUploads(key)).toContain('<Upload>')
  await storage.deletePrefix(key)
  expect(await unfinishedUploads(key)).not.toContain('<Upload>')
})

async function unfinishedUploads(key: string): Promise<string> {
  const answer = await fetch(`${s3.endpoint}/${s3.bucket}?uploads&prefix=test/${key}`)
  return answer.text()
}

/** As the upload endpoint does it: ids are keys of the storage, and nothing is remembered between requests but in S3. */
function tusHandler() {
  const { bucket, prefix, clientConfig } = s3Settings(s3.url)
  const datastore = new S3Store({ s3ClientConfig: { bucket, ...clientConfig } })
  const tus = new TusServer({
    path: '/uploads',
    datastore,
    namingFunction: () => `${prefix}/sources/${++ids}`,
    generateUrl: (_request, { proto, host, path, id }) => `${proto}://${host}${path}/${id.split('/').at(-1)}`,
    getFileIdFromRequest: (_request, lastPath) => `${prefix}/sources/${lastPath}`,
  })
  return tus.handle.bind(tus)
}

async function restartTus(): Promise<void> {
  server.removeAllListeners('request')
  server.on('request', tusHandler())
}

async function createUpload(sizeBytes: number): Promise<{ url: string; key: string }> {
  const headers = { ...tusHeaders, 'upload-length': String(sizeBytes) }
  const answer = await fetch(uploadsUrl, { method: 'POST', headers })
  expect(answer.status).toBe(201)
  return { url: answer.headers.get('location')!, key: `sources/${ids}` }
}

async function patch(url: string, offset: number, bytes: Buffer): Promise<void> {
  const answer = await fetch(url, { method: 'PATCH', headers: patchHeaders(offset), body: new Uint8Array(bytes) })
  expect(answer.status).toBe(204)
  expect(Number(answer.headers.get('upload-offset'))).toBe(offset + bytes.length)
}

async function offsetOf(url: string): Promise<number> {
  const answer = await fetch(url, { method: 'HEAD', headers: tusHeaders })
  expect(answer.status).toBe(200)
  return Number(answer.headers.get('upload-offset'))
}

function patchHeaders(offset: number) {
  return { ...tusHeaders, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }
}
