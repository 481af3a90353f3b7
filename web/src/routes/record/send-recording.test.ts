import { randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createMemorySpool } from './memory-spool.ts'
import { sendRecording } from './send-recording.ts'
import type { Recording, Spool } from './spool.ts'
import { UploadRefused } from './tus-requests.ts'

let folder: string
let http: HttpServer
let tus: Server
let finished: string[]
/** What happens to the next requests of a method, once each: cut the line before or after the server did its work. */
let mishaps: { method: string; kind: 'before' | 'after' | 'refuse' }[]
let spool: Spool

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-'))
  finished = []
  mishaps = []
  spool = createMemorySpool()
  tus = new Server({
    path: '/api/uploads',
    datastore: new FileStore({ directory: folder }),
    relativeLocation: true,
    namingFunction: () => randomUUID(),
    async onUploadFinish(_request, upload) {
      finished.push(upload.id)
      return {}
    },
  })
  http = createServer((request, response) => {
    if (request.url?.endsWith('/video')) {
      response.end('{}')
      return
    }
    const index = mishaps.findIndex((mishap) => mishap.method === request.method)
    const mishap = index < 0 ? null : mishaps.splice(index, 1)[0]!
    if (mishap?.kind === 'before') {
      request.socket.destroy()
      return
    }
    if (mishap?.kind === 'refuse') {
      response.statusCode = 413
      response.end(JSON.stringify({ error: { code: 'file_too_large', message: 'Too large.' } }))
      return
    }
    // The work is done and the answer lost: the case that makes clients send twice.
    if (mishap?.kind === 'after') response.writeHead = () => response.destroy() as never
    tus.handle(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
})

afterEach(async () => {
  http.closeAllConnections()
  await new Promise((resolve) => http.close(resolve))
  await rm(folder, { recursive: true })
})

function start(recording: Recording, faults: unknown[] = []) {
  return sendRecording(recording, {
    endpoint: `http://127.0.0.1:${(http.address() as AddressInfo).port}/api/uploads`,
    spool,
    onprogress() {},
    onfault: (fault) => fault && faults.push(fault),
    pause: async () => {},
  })
}

function newRecording(): Recording {
  return { videoId: 'bcdfghjkmnpq', fileName: 'recording.webm', startedAtMs: 0, uploadUrl: null, isStopped: false }
}

function slice(text: string): Blob {
  return new Blob([text])
}

async function arrived(recording: Recording): Promise<string> {
  return readFile(join(folder, recording.uploadUrl!.split('/').at(-1)!), 'utf8')
}

test('slices arrive in order, whole, and the upload is declared complete at the end', async () => {
  const recording = newRecording()
  const sender = start(recording)
  for (const part of ['one ', 'two ', 'three']) await sender.push(slice(part))
  await sender.finish()
  expect(await arrived(recording)).toBe('one two three')
  expect(finished).toHaveLength(1)
  expect(await spool.list()).toEqual([])
})

test('a line that breaks before or after the server did its work loses nothing and doubles nothing', async () => {
  mishaps = [
    { method: 'POST', kind: 'before' },
    { method: 'PATCH', kind: 'after' },
    { method: 'HEAD', kind: 'before' },
    { method: 'PATCH', kind: 'before' },
    { method: 'PATCH', kind: 'after' },
  ]
  const recording = newRecording()
  const faults: unknown[] = []
  const sender = start(recording, faults)
  const parts = Array.from({ length: 40 }, (_, index) => `slice ${index};`)
  for (const part of parts) await sender.push(slice(part))
  await sender.finish()
  expect(await arrived(recording)).toBe(parts.join(''))
  expect(mishaps).toEqual([])
  expect(faults.length).toBeGreaterThanOrEqual(4)
})

test('the answer to the last request may be lost: the video is made once', async () => {
  const recording = newRecording()
  const sender = start(recording)
  await sender.push(slice('all'))
  await expect.poll(() => recording.uploadUrl && arrived(recording)).toBe('all')
  mishaps = [{ method: 'PATCH', kind: 'after' }]
  await sender.finish()
  expect(await arrived(recording)).toBe('all')
  expect(finished).toHaveLength(1)
})

test('after a crash another page finishes from the spool where the server stopped', async () => {
  const first = start(newRecording())
  await first.push(slice('before the crash, '))
  await expect.poll(async () => (await spool.list())[0]?.uploadUrl).toBeTruthy()
  first.close()
  await spool.append('bcdfghjkmnpq', 18, slice('and what was never sent'))

  const [left] = await spool.list()
  await start(left!).finish()
  expect(await arrived(left!)).toBe('before the crash, and what was never sent')
  expect(await spool.list()).toEqual([])
})

test('what no later attempt can change ends it at once with the server’s reason, and the spool keeps the bytes', async () => {
  mishaps = [{ method: 'POST', kind: 'refuse' }]
  const sender = start(newRecording())
  await sender.push(slice('kept'))
  await expect(sender.finish()).rejects.toThrow(UploadRefused)
  expect(await (await spool.read('bcdfghjkmnpq', 0, 100))?.text()).toBe('kept')
})
