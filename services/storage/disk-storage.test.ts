import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openStorage } from './open-storage.ts'

const dayMs = 24 * 60 * 60 * 1000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-disk-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('the folder is made where there is none, and the same objects are there when it is opened again', async () => {
  const url = `disk://${folder}/deep/er`
  await (await openStorage(url)).put('a/b', Buffer.from('kept'))
  const again = await openStorage(`file://${folder}/deep/er`)
  expect(await again.head('a/b')).toMatchObject({ sizeBytes: 4 })
  expect(await readFile(join(folder, 'deep/er/a/b'), 'utf8')).toBe('kept')
})

test('what crashed writers and deleters left is swept after a day, and what is being written is not', async () => {
  const left = join(folder, '.temporary')
  await mkdir(join(left, 'half-deleted'), { recursive: true })
  await writeFile(join(left, 'half-deleted', 'object'), 'x')
  await writeFile(join(left, 'half-written'), 'x')
  await writeFile(join(left, 'being-written'), 'x')
  const dayAgo = new Date(Date.now() - dayMs - 60_000)
  for (const name of ['half-deleted', 'half-written']) await utimes(join(left, name), dayAgo, dayAgo)
  await openStorage(`disk://${folder}`)
  expect(await readdir(left)).toEqual(['being-written'])
})

test('an unfinished put is not listed, and leaves nothing when it fails', async () => {
  const storage = await openStorage(`disk://${folder}`)
  const body = new PassThrough()
  const put = storage.put('a', body)
  body.write('half')
  await waitFor(async () => (await readdir(join(folder, '.temporary'))).length === 1)
  const keys = []
  for await (const { key } of storage.list('')) keys.push(key)
  expect(keys).toEqual([])
  body.destroy(new Error('gone'))
  await expect(put).rejects.toThrow('gone')
  expect(await readdir(join(folder, '.temporary'))).toEqual([])
})

test('a body that can’t be written at all is destroyed', async () => {
  const storage = await openStorage(`disk://${folder}`)
  await rm(join(folder, '.temporary'), { recursive: true })
  const body = new PassThrough()
  await expect(storage.put('a', body)).rejects.toThrow()
  await waitFor(async () => body.destroyed)
})

test('a key can’t go on below an object, and an object can’t take the place of a folder', async () => {
  const storage = await openStorage(`disk://${folder}`)
  await storage.put('a/object', Buffer.from('x'))
  await expect(storage.put('a/object/below', Buffer.from('x'))).rejects.toMatchObject({ code: 'conflict' })
  await expect(storage.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'conflict' })
  expect(await readdir(join(folder, '.temporary'))).toEqual([])
})

test('a file in the same file system is taken over without copying a byte', async () => {
  const storage = await openStorage(`disk://${folder}/storage`)
  const path = join(folder, 'upload')
  await writeFile(path, 'finished')
  const { ino } = await stat(path)
  await storage.adoptFile('a', path)
  expect((await stat(join(folder, 'storage', 'a'))).ino).toBe(ino)
})

test('a file of another file system is copied, and then gone', async (context) => {
  const elsewhere = await mkdtemp('/dev/shm/qqvideo-').catch(() => null)
  if (!elsewhere || (await stat(elsewhere)).dev === (await stat(folder)).dev) return context.skip()
  const storage = await openStorage(`disk://${folder}`)
  await writeFile(join(elsewhere, 'upload'), 'from elsewhere')
  try {
    expect(await storage.adoptFile('a', join(elsewhere, 'upload'))).toMatchObject({ sizeBytes: 14 })
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('from elsewhere')
    expect(await readdir(elsewhere)).toEqual([])
  } finally {
    await rm(elsewhere, { recursive: true })
  }
})

test('a full disk is storage_full, leaves nothing, and takes objects again once there is room', async (context) => {
  const output = await onSmallDisk(`
    const storage = await openStorage('disk://' + folder)
    const put = (key, length) => storage.put(key, Buffer.alloc(length)).then(() => 'stored', (error) => error.code)
    const answers = [await put('a', 1_500_000), await put('b', 1_000_000), await put('c', 100_000)]
    await storage.deletePrefix('a')
    answers.push(await put('b', 1_000_000), (await readdir(folder + '/.temporary')).length)
    console.log(JSON.stringify(answers))
  `)
  if (output === null) return context.skip()
  expect(JSON.parse(output)).toEqual(['stored', 'storage_full', 'stored', 'stored', 0])
})

test('a download is private: writing to it leaves the object as it was', async () => {
  const storage = await openStorage(`disk://${folder}/storage`)
  await storage.put('a', Buffer.from('original'))
  await storage.download('a', join(folder, 'copy'))
  await writeFile(join(folder, 'copy'), 'scribble')
  expect(await readFile(join(folder, 'storage', 'a'), 'utf8')).toBe('original')
})

test('no file stays open, whether bodies are read, destroyed or cut', async () => {
  const storage = await openStorage(`disk://${folder}`)
  await storage.put('a', Buffer.alloc(1_000_000))
  const before = await openFiles(folder)
  for (let round = 0; round < 20; round++) {
    const { body } = await storage.get('a', round % 2 ? { start: 5, end: 500_000 } : undefined)
    if (round % 4 > 1) body.destroy()
    else await body.resume().toArray()
    await expect(storage.get('missing')).rejects.toThrow()
  }
  await waitFor(async () => (await openFiles(folder)) === before)
})

test('the check says which folder can’t be written', async () => {
  const storage = await openStorage(`disk://${folder}/gone`)
  await rm(join(folder, 'gone'), { recursive: true })
  await expect(storage.check()).rejects.toThrow(`${folder}/gone can't be written (ENOENT)`)
})

/** Runs a script on a disk of 2 MB that only it can see; null where the system does not let us make one. */
async function onSmallDisk(script: string): Promise<string | null> {
  const program = `
    import { readdir } from 'node:fs/promises'
    import { openStorage } from ${JSON.stringify(join(import.meta.dirname, 'open-storage.ts'))}
    const folder = ${JSON.stringify(folder)}
    ${script}`
  const shell = 'mount -t tmpfs -o size=2m none "$1" || exit 77; exec "$2" --input-type=module -e "$3"'
  const run = promisify(execFile)('unshare', ['-rm', 'sh', '-c', shell, 'sh', folder, process.execPath, program])
  return run.then(
    ({ stdout }) => stdout,
    (error) => {
      if (error.code === 'ENOENT' || error.code === 77 || /unshare failed/.test(error.stderr)) return null
      throw error
    },
  )
}

async function openFiles(under: string): Promise<number> {
  const names = await readdir('/proc/self/fd')
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return targets.filter((target) => target.startsWith(under)).length
}

async function waitFor(isTrue: () => Promise<boolean>): Promise<void> {
  await vi.waitUntil(isTrue, { timeout: 5_000, interval: 10 })
}

test('deleting leaves no empty folder behind, and what is put at that moment is there', async () => {
  const storage = await openStorage(`disk://${folder}`)
  for (const key of ['videos/a/1/x', 'videos/a/2/y', 'videos/b']) await storage.put(key, Buffer.from(key))
  await storage.deletePrefix('videos/a/1')
  expect(await readdir(join(folder, 'videos/a'))).toEqual(['2'])
  await storage.deletePrefix('videos/a/2/y')
  expect(await readdir(join(folder, 'videos'))).toEqual(['b'])
  const other = await openStorage(`disk://${folder}`)
  for (let round = 0; round < 100; round++) {
    const puts = [1, 2, 3].map((name) => other.put(`deep/${round % 3}/er/kept-${name}`, Buffer.from('x')))
    await Promise.all([...puts, storage.deletePrefix(`deep/${round % 3}/gone`), storage.deletePrefix(`deep/0/er/none`)])
    for (const name of [1, 2, 3]) {
      expect(await other.head(`deep/${round % 3}/er/kept-${name}`)).toMatchObject({ sizeBytes: 1 })
      await storage.deletePrefix(`deep/${round % 3}/er/kept-${name}`)
    }
  }
  expect(await readdir(folder)).toEqual(['.temporary', 'videos'])
})
