import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3 } from '#support/s3.ts'
import { until } from '#support/until.ts'
import { openStorage } from './open-storage.ts'
import { openPlainFile } from './plain-file.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-plain-'))
  await writeFile(join(folder, 'plain'), 'bytes')
  await mkdir(join(folder, 'folder'))
  await symlink(join(folder, 'plain'), join(folder, 'link'))
  await promisify(execFile)('mkfifo', [join(folder, 'pipe')])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('a plain file is opened, and what it holds is known', async () => {
  const { file, stats } = await openPlainFile(join(folder, 'plain'))
  expect(stats.size).toBe(5n)
  await file.close()
})

const oddities = ['folder', 'link', 'pipe', 'nothing']

test.each(oddities)('a %s is refused, and nothing stays open', async (name) => {
  await expect(openPlainFile(join(folder, name))).rejects.toThrow()
  expect(await openFiles()).toEqual([])
})

describe.each([
  { place: 'a folder on disk', start: async () => ({ url: `disk://${folder}/storage`, stop: async () => {} }) },
  { place: 'an S3 bucket', start: startS3 },
])('storage in $place', ({ start }) => {
  test('takes over no folder, link or pipe, and keeps no file open, taken over or not', async () => {
    const server = await start()
    const storage = await openStorage(server.url)
    for (const name of oddities) await expect(storage.adoptFile('a', join(folder, name))).rejects.toThrow()
    expect(await storage.head('a')).toBeNull()
    await writeFile(join(folder, 'upload'), 'bytes')
    expect(await storage.adoptFile('a', join(folder, 'upload'))).toMatchObject({ sizeBytes: 5 })
    await until(openFiles, (files) => files.length === 0, 5_000)
    await storage.close()
    await writeFile(join(folder, 'upload'), 'again')
    await server.stop()
    if (server.url.startsWith('s3:')) await expect(storage.adoptFile('b', join(folder, 'upload'))).rejects.toThrow()
    await until(openFiles, (files) => files.length === 0, 5_000)
  })
})

async function openFiles(): Promise<string[]> {
  const names = await readdir('/proc/self/fd')
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return targets.filter((target) => target.startsWith(folder))
}
