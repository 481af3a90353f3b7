import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { type PreviousUpload, Upload } from 'tus-js-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FileSending } from './file-sending.ts'
import { spareLines } from './lines.ts'

const partBytes = 100_000
const content = Buffer.alloc(4 * partBytes, 'film')

let server: Server
/** Of each part, what the server has. */
let heldBytes: number[]
let told: number[]
let running: AbortController
let isPatched: boolean

beforeEach(async () => {
  ;[heldBytes, told, running, isPatched] = [[partBytes, 20_000, 0, 0], [], new AbortController(), false]
  server = createServer(async (request, response) => {
    const part = Number(/parts\/(\d)-of-4$/.exec(request.url!)?.[1] ?? 0)
    response.setHeader('Tus-Resumable', '1.0.0')
    if (request.method === 'PATCH') {
      isPatched = true
      heldBytes[part - 1]! += (await buffer(request)).length
    }
    const all = heldBytes.reduce((sum, bytes) => sum + bytes, 0)
    response.setHeader('Upload-Length', part ? partBytes : content.length)
    response.setHeader('Upload-Offset', part ? heldBytes[part - 1]! : all).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(() => {
  running.abort()
  server.closeAllConnections()
  server.close()
})

/** What stands for a file in this environment, where tus takes buffers only. */
function fileOf(bytes: Buffer): File {
  const slice = (start: number, end: number) => fileOf(bytes.subarray(start, end))
  return Object.assign(bytes, { size: bytes.length, slice, arrayBuffer: async () => bytes }) as unknown as File
}

test('of a file that is gone on with, what the server has of each part is told, also while parts wait for their line', async () => {
  const { promise: isOver, resolve: end } = Promise.withResolvers<void>()
  const others = [1, 2, 3].map(() => spareLines.use(() => isOver, running.signal))
  const uploadUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/1`
  const upload = new Upload(fileOf(content), { endpoint: uploadUrl, storeFingerprintForResuming: false })
  const previous = {
    urlStorageKey: 'k',
    uploadUrl,
    parallelUploadUrls: ['1', '2', '3', '4'],
  } as unknown as PreviousUpload
  const sending = new FileSending(upload, previous)
  const before = heldBytes.reduce((sum, bytes) => sum + bytes, 0)
  const sent = sending.send({ onprogress: (bytes) => told.push(bytes), signal: running.signal })
  await vi.waitUntil(() => isPatched, { timeout: 30_000 })
  expect(told.slice(0, 2)).toEqual([before, before])
  end()
  await Promise.all([sent, ...others])
  expect(Math.max(...told)).toBe(content.length)
  expect(told).toEqual(told.toSorted((one, other) => one - other))
})
