import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import { signMediaToken } from '../tokens/signed-token.ts'
import type { MediaConfig } from './config.ts'
import { startMedia } from './start-media.ts'

const key = { id: 'k1', secret: 'a secret of at least thirty-two characters' }

let folder: string
let config: MediaConfig
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-media-'))
  const STORAGE_URL = `disk://${folder}`
  config = {
    PORT: 0,
    HOST: '127.0.0.1',
    STORAGE_URL,
    SIGNING_KEYS: [key],
    DELIVERIES_FOLDER: '',
    CACHE_MB: 1,
    LOG_LEVEL: 'silent',
  }
})
afterEach(() => rm(folder, { recursive: true }))

test('the program serves what the storage of its configuration holds, until it is stopped', async () => {
  await (await openStorage(config.STORAGE_URL)).put('videos/a/1.m4s', Buffer.from('segment'))
  const media = await startMedia(config)
  const token = signMediaToken(key, { prefix: 'videos/a', playId: '', expiresAtMs: Date.now() + 60_000 })
  const url = `http://127.0.0.1:${media.port}/media/${token}/1.m4s`
  expect(await (await fetch(url)).text()).toBe('segment')
  await media.stop()
  await expect(fetch(url)).rejects.toThrow()
})

test('where deliveries can’t be written down videos are served all the same', async () => {
  await (await openStorage(config.STORAGE_URL)).put('videos/a/1.m4s', Buffer.from('segment'))
  const file = join(folder, 'no-folder')
  await writeFile(file, '')
  const media = await startMedia({ ...config, BEACON_URL: 'http://127.0.0.1:1', DELIVERIES_FOLDER: file })
  const token = signMediaToken(key, { prefix: 'videos/a', playId: '', expiresAtMs: Date.now() + 60_000 })
  expect((await fetch(`http://127.0.0.1:${media.port}/media/${token}/1.m4s`)).status).toBe(200)
  await media.stop()
})

test('while a key is being replaced, tokens of the old and of the new one are good', async () => {
  const newKey = { id: 'k2', secret: 'another secret of thirty-two characters' }
  await (await openStorage(config.STORAGE_URL)).put('videos/a/1.m4s', Buffer.from('segment'))
  const media = await startMedia({ ...config, SIGNING_KEYS: [newKey, key] })
  for (const signer of [key, newKey]) {
    const token = signMediaToken(signer, { prefix: 'videos/a', playId: '', expiresAtMs: Date.now() + 60_000 })
    expect((await fetch(`http://127.0.0.1:${media.port}/media/${token}/1.m4s`)).status).toBe(200)
  }
  await media.stop()
})

test('a storage URL that is not one ends the start with a plain sentence', async () => {
  const start = startMedia({ ...config, STORAGE_URL: 'somewhere' })
  await expect(start).rejects.toMatchObject({ name: 'StartError', message: expect.stringContaining('disk:///folder') })
})

test('a store that is away does not keep the program from starting, and its health says so', async () => {
  const media = await startMedia({ ...config, STORAGE_URL: 's3://a:b@bucket?endpoint=http://127.0.0.1:9' })
  const answer = await fetch(`http://127.0.0.1:${media.port}/media/health`)
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ ready: false })
  await media.stop()
})
