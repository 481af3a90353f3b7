import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Upload } from 'tus-js-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chunkSize, firstChunkBytes } from './chunk-size.ts'
import { sendUpload } from './send-upload.ts'

const content = Buffer.alloc(8 * 1024 * 1024, 'film')

/** What the server does with a chunk. */
type Fate = 'taken' | 'unanswered' | 'broken'

let server: Server
let heldBytes: number
let chunks: { offset: number; bytes: number }[]
let fates: Fate[]
let running: AbortController
let told: number[]

beforeEach(async () => {
  // No line is fast or slow: what is asked is what these tests are about.
  vi.useFakeTimers({ toFake: ['performance'] })
  chunkSize.bytes = firstChunkBytes
  ;[heldBytes, chunks, fates, told] = [0, [], [], []]
  server = createServer(async (request, response) => {
    response.setHeader('Tus-Resumable', '1.0.0').setHeader('Upload-Length', content.length)
    if (request.method === 'PATCH') {
      const fate = fates.shift() ?? 'taken'
      const { length } = await buffer(request)
      chunks.push({ offset: Number(request.headers['upload-offset']), bytes: length })
      if (fate === 'broken') return void request.socket.destroy()
      if (fate === 'unanswered') return
      heldBytes += length
    }
    response.setHeader('Upload-Offset', heldBytes).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})

afterEach(() => {
  vi.useRealTimers()
  server.closeAllConnections()
  server.close()
})

/** Sends over a line that does so, chunk by chunk, and then takes everything. */
function send(...fatesOfChunks: Fate[]): Promise<void> {
  fates = fatesOfChunks
  running = new AbortController()
  const uploadUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/1`
  // What stands for a file in this environment.
  const file = content as unknown as File
  const upload = new Upload(file, { uploadUrl, retryDelays: null, storeFingerprintForResuming: false })
  const onprogress = (sentBytes: number) => void told.push(sentBytes)
  return sendUpload(upload, new Blob([content]), { onprogress, signal: running.signal })
}

async function stopAfter(sending: Promise<void>, chunkCount: number): Promise<void> {
  await vi.waitUntil(() => chunks.length === chunkCount)
  running.abort()
  await sending.catch(() => {})
}

test('chunks grow from a small one, a pause keeps their size, and a break halves it', async () => {
  await stopAfter(send('taken', 'unanswered'), 2)
  expect(chunks.map(({ bytes }) => bytes)).toEqual([firstChunkBytes, 4 * firstChunkBytes])
  await expect(send('broken')).rejects.toThrow()
  expect(chunks.at(-1)).toEqual({ offset: firstChunkBytes, bytes: 4 * firstChunkBytes })
  await send()
  expect(chunks[3]).toEqual({ offset: firstChunkBytes, bytes: 2 * firstChunkBytes })
  expect(heldBytes).toBe(content.length)
})

test('what was on its way when it was stopped or broke is told as sent no longer', async () => {
  await stopAfter(send('taken', 'unanswered'), 2)
  expect(Math.max(...told)).toBeGreaterThan(heldBytes)
  expect(told.at(-1)).toBe(heldBytes)
  told = []
  await expect(send('taken', 'broken')).rejects.toThrow()
  expect(Math.max(...told)).toBeGreaterThan(heldBytes)
  expect(told.at(-1)).toBe(heldBytes)
})
