import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { ObjectCache } from './object-cache.ts'

let folder: string
let storage: Storage
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-cache-'))
  storage = await openStorage(`disk://${folder}`)
})
afterEach(() => rm(folder, { recursive: true }))

test('an object is read once, however many ask for it at the same time and afterwards', async () => {
  await storage.put('a.m4s', Buffer.from('segment'))
  const get = vi.spyOn(storage, 'get')
  const cache = new ObjectCache(storage, 1_000_000)
  const found = await Promise.all(Array.from({ length: 20 }, () => cache.find('a.m4s', false)))
  await cache.find('a.m4s', false)
  expect(found.every(({ bytes }) => bytes!.toString() === 'segment')).toBe(true)
  expect(get).toHaveBeenCalledTimes(1)
})

test('a playlist that may still grow is read anew, and kept once it has ended', async () => {
  const cache = new ObjectCache(storage, 1_000_000)
  await storage.put('p.m3u8', Buffer.from('#EXTM3U\n'))
  expect(await cache.find('p.m3u8', true)).toMatchObject({ kind: 'growing' })
  await storage.put('p.m3u8', Buffer.from('#EXTM3U\n#EXT-X-ENDLIST\n'))
  expect(await cache.find('p.m3u8', true)).toMatchObject({ kind: 'finished' })
  const get = vi.spyOn(storage, 'get')
  await cache.find('p.m3u8', true)
  expect(get).not.toHaveBeenCalled()
})

test('what is missing is asked for again, as it may come', async () => {
  const cache = new ObjectCache(storage, 1_000_000)
  await expect(cache.find('late.m4s', false)).rejects.toMatchObject({ code: 'not_found' })
  await storage.put('late.m4s', Buffer.from('here'))
  expect((await cache.find('late.m4s', false)).bytes!.toString()).toBe('here')
})

test('an object larger than the cache is not read into memory', async () => {
  await storage.put('large.m4s', Buffer.alloc(50_000))
  const found = await new ObjectCache(storage, 40_000).find('large.m4s', false)
  expect(found).toMatchObject({ bytes: null, info: { sizeBytes: 50_000 } })
})

test('what is kept stays within its bound', async () => {
  const cache = new ObjectCache(storage, 100_000)
  for (let index = 0; index < 10; index++) {
    await storage.put(`${index}.m4s`, Buffer.alloc(30_000))
    await cache.find(`${index}.m4s`, false)
  }
  expect(cache.sizes.keptBytes).toBeGreaterThan(60_000)
  expect(cache.sizes.keptBytes).toBeLessThanOrEqual(100_000)
})

test('slow readers hold no more than the bound; beyond it there is nothing to hold', async () => {
  const cache = new ObjectCache(storage, 100_000)
  await storage.put('a.m4s', Buffer.alloc(60_000))
  await storage.put('b.m4s', Buffer.alloc(60_000))
  const [a, b] = [await cache.find('a.m4s', false), await cache.find('b.m4s', false)]
  const releases = [cache.hold(a)!, cache.hold(a)!]
  expect(cache.hold(b)).toBeNull()
  for (const release of releases) release()
  expect(cache.sizes.heldBytes).toBe(0)
  expect(cache.hold(b)).not.toBeNull()
})

test('a heavy segment is read once for all who ask for it, and what would be too much on its way at once is streamed', async () => {
  await storage.put('heavy.m4s', Buffer.alloc(9 * 1024 * 1024))
  const get = vi.spyOn(storage, 'get')
  const cache = new ObjectCache(storage, 64 * 1024 * 1024)
  const found = await Promise.all(Array.from({ length: 20 }, () => cache.find('heavy.m4s', false)))
  expect(found.every(({ bytes }) => bytes?.length === 9 * 1024 * 1024)).toBe(true)
  expect(get).toHaveBeenCalledTimes(1)

  const names = ['a', 'b', 'c'].map((name) => `${name}.m4s`)
  for (const name of names) await storage.put(name, Buffer.alloc(30 * 1024 * 1024))
  const many = await Promise.all(names.map((name) => cache.find(name, false)))
  expect(many.filter(({ bytes }) => bytes === null)).toHaveLength(1)
  const streamed = names[many.findIndex(({ bytes }) => bytes === null)]!
  expect((await cache.find(streamed, false)).bytes).not.toBeNull()
})
