import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { mountSmallDisk } from '#support/small-disk.ts'
import { clearIdleShelf } from './clear-idle-shelf.ts'
import type { Context } from './context.ts'
import { clearShelf, takeSource } from './source-shelf.ts'

let folder: string
let s3: TestS3
let storage: Storage

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-shelf-'))
  s3 = await startS3()
  storage = await openStorage(s3.url)
  await storage.put('sources/film', Buffer.alloc(100_000, 'film'))
})
afterEach(async () => {
  await storage.close()
  await s3.stop()
  await rm(folder, { recursive: true, force: true })
})

/** Workers of one machine, each with a folder of its own. */
async function worker(
  name: string,
  from = storage,
): Promise<Pick<Context, 'config' | 'storage' | 'toolbox'> & { path: string }> {
  const workFolder = join(folder, name)
  await mkdir(workFolder, { recursive: true })
  const config = { workerName: name, workFolder, shelfFolder: join(folder, 'shelf') } as Context['config']
  return { config, storage: from, toolbox: { leastFreeMb: 0 } as Context['toolbox'], path: join(workFolder, 'in') }
}

const shelf = () => readdir(join(folder, 'shelf', 'sources'))
const inode = async (path: string) => (await stat(path)).ino
const old = new Date(Date.now() - 60 * 60_000)

test('workers of one machine read one copy of a source from a bucket, which is fetched once', async () => {
  const get = vi.spyOn(storage, 'get')
  const workers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => worker(name)))
  await Promise.all(workers.map((one) => takeSource(one, 'sources/film', one.path)))
  expect(get).toHaveBeenCalledTimes(1)
  expect(new Set(await Promise.all(workers.map(({ path }) => inode(path)))).size).toBe(1)
  expect((await readFile(workers[3]!.path)).equals(Buffer.alloc(100_000, 'film'))).toBe(true)
  expect(await shelf()).toEqual(['sources-film.source'])
})

test('a worker that was killed while it fetched keeps nobody waiting for long, and what it left is cleared', async () => {
  const one = await worker('a')
  await mkdir(join(folder, 'shelf', 'sources'), { recursive: true })
  for (const name of ['.claim-sources-film.source', '.fetching-gone-1-sources-film.source.part']) {
    await writeFile(join(folder, 'shelf', 'sources', name), 'half')
    await utimes(join(folder, 'shelf', 'sources', name), old, old)
  }
  await takeSource(one, 'sources/film', one.path)
  await clearIdleShelf(one)
  expect(await shelf()).toEqual(['sources-film.source'])
})

test('what nobody reads any more is cleared, and what somebody reads stays', async () => {
  const one = await worker('a')
  await takeSource(one, 'sources/film', one.path)
  await utimes(join(folder, 'shelf', 'sources', 'sources-film.source'), old, old)
  await clearIdleShelf(one)
  expect(await shelf()).toEqual(['sources-film.source'])
  await rm(one.path)
  await clearIdleShelf(one)
  expect(await shelf()).toEqual([])
})

test('a finished video’s source leaves the shelf, and others who read it go on', async () => {
  const [one, other] = [await worker('a'), await worker('b')]
  for (const each of [one, other]) await takeSource(each, 'sources/film', each.path)
  await clearShelf(one)
  expect(await shelf()).toEqual([])
  expect((await stat(other.path)).size).toBe(100_000)
})

test('what can’t be fetched is told, and the next who asks is not kept waiting', async () => {
  const one = await worker('a')
  for (const _ of [1, 2])
    await expect(takeSource(one, 'sources/none', one.path)).rejects.toMatchObject({ code: 'not_found' })
  expect(await shelf()).toEqual([])
})

test('a storage on the same disk lends its own file: no copy is made, and deleting the video takes nothing from who reads it', async () => {
  const disk = await openStorage(`disk://${join(folder, 'storage')}`)
  await disk.put('sources/film', Buffer.from('film'))
  const tag = (await disk.head('sources/film'))!.etag
  const one = await worker('a', disk)
  await takeSource(one, 'sources/film', one.path)
  expect(await inode(one.path)).toBe(await inode(join(folder, 'storage', 'sources', 'film')))
  expect((await disk.head('sources/film'))!.etag).toBe(tag)
  await disk.put('sources/film', Buffer.from('another'))
  expect(await readFile(one.path, 'utf8')).toBe('film')
  await disk.deletePrefix('sources/film')
  expect(await readFile(one.path, 'utf8')).toBe('film')
  await disk.close()
})

test('only what the shelf put there is cleared', async () => {
  const one = await worker('a')
  await takeSource(one, 'sources/film', one.path)
  const others = ['notes.txt', 'sources/notes.txt', 'sources/.keep'].map((name) => join(folder, 'shelf', name))
  for (const path of others) await writeFile(path, 'somebody’s')
  for (const path of others) await utimes(path, old, old)
  await clearIdleShelf(one)
  for (const path of others) expect(await readFile(path, 'utf8')).toBe('somebody’s')
})

test('a source that there is no room for is not begun with', async () => {
  const one = await worker('a')
  const get = vi.spyOn(storage, 'get')
  const full = { ...one, toolbox: { leastFreeMb: 1e12 } as Context['toolbox'] }
  await expect(takeSource(full, 'sources/film', one.path)).rejects.toMatchObject({ code: 'storage_full' })
  expect(get).not.toHaveBeenCalled()
  expect(await shelf()).toEqual([])
  await takeSource(one, 'sources/film', one.path)
})

test('where the shelf is on another disk the source is fetched once, straight to where it is wanted', async (context) => {
  const disk = await mountSmallDisk(join(folder, 'shelf'), 1)
  if (!disk) return context.skip('this user may not mount a disk')
  try {
    const one = await worker('a')
    const get = vi.spyOn(storage, 'get')
    await takeSource(one, 'sources/film', one.path)
    expect((await stat(one.path)).size).toBe(100_000)
    expect(get).toHaveBeenCalledTimes(1)
    expect(await shelf()).toEqual([])
  } finally {
    await disk.close()
  }
})
