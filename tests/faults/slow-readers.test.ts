import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { key } from '#support/media-server.ts'
import { until } from '#support/until.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'
import { signMediaToken } from '../../services/tokens/signed-token.ts'

const prefix = 'videos/bcdfghjkmnpq/a1/ladder'
const segmentBytes = 3 * 1024 * 1024
const segments = 40
const readers = 200
const mostMb = 200

let folder: string
let storage: Storage
let media: StartedProcess
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-slow-readers-'))
  storage = await openStorage(`disk://${folder}/storage`)
  const bytes = randomBytes(segmentBytes)
  for (let number = 0; number < segments; number++) await storage.put(`${prefix}/720p/${number}.m4s`, bytes)
  media = await startProcess({
    name: 'media',
    program: new URL('../../services/media/main.ts', import.meta.url).pathname,
    environment: {
      PATH: process.env.PATH!,
      PORT: '0',
      STORAGE_URL: `disk://${folder}/storage`,
      SIGNING_KEYS: `${key.id}:${key.secret}`,
      DELIVERIES_FOLDER: join(folder, 'deliveries'),
      CACHE_MB: '32',
      LOG_LEVEL: 'silent',
    },
    onLine: () => {},
  })
  const token = { prefix, playId: '0123456789abcdef', expiresAtMs: Date.now() + 3_600_000 }
  path = `/media/${signMediaToken(key, token)}/720p`
})
afterAll(async () => {
  await media?.stop()
  await storage?.close()
  await rm(folder, { recursive: true, force: true })
})

async function residentMb(): Promise<number> {
  const status = await readFile(`/proc/${media.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024
}

/** Takes a kilobyte a second, as a phone in a tunnel does. */
function readSlowly(number: number): { socket: Socket; received: () => number; stop: () => void } {
  const socket = connect({ port: media.port!, host: '127.0.0.1' }).on('error', () => {})
  let received = 0
  socket.pause()
  socket.write(`GET ${path}/${number}.m4s HTTP/1.1\r\nHost: x\r\n\r\n`)
  const timer = setInterval(() => {
    received += socket.read(1_024)?.length ?? 0
  }, 1_000)
  return {
    socket,
    received: () => received,
    stop: () => {
      clearInterval(timer)
      socket.destroy()
    },
  }
}

async function readWhole(number: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${media.port}${path}/${number}.m4s`)
  return (await answer.arrayBuffer()).byteLength
}

test('two hundred who read a kilobyte a second cost no more memory than a few, and nobody else waits for them', async () => {
  // What a segment's delivery takes at all.
  for (let number = 0; number < segments; number++) expect(await readWhole(number)).toBe(segmentBytes)
  const before = await residentMb()
  const slow = Array.from({ length: readers }, (_, index) => readSlowly(index % segments))
  try {
    await until(
      async () => slow.filter(({ received }) => received() >= 3 * 1_024).length,
      (count) => count === readers,
    )
    for (let number = 0; number < segments; number++) expect(await readWhole(number)).toBe(segmentBytes)
    const after = await residentMb()
    console.log(`media: ${Math.round(before)} MB before, ${Math.round(after)} MB with ${readers} slow readers`)
    // All that they asked for would be three times as much.
    expect(after - before).toBeLessThan(mostMb)
  } finally {
    for (const { stop } of slow) stop()
  }
  expect(await readWhole(0)).toBe(segmentBytes)
})
