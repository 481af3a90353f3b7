import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDataFolder } from './data-folder.ts'

let folder: string
let lock: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-folder-'))
  lock = join(folder, 'system.pid')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('a folder that a living process holds is refused, whatever that process is called', async () => {
  const other = spawn('sleep', ['60'])
  try {
    await writeFile(lock, `${other.pid} ${await startOf(other.pid!)}`)
    await expect(openDataFolder(folder)).rejects.toThrow(
      `The data folder ${folder} is in use by another start (process ${other.pid}); stop that one first.`,
    )
    expect(await readFile(lock, 'utf8')).toContain(String(other.pid))
  } finally {
    other.kill()
  }
})

test('the lock of a process that is gone is taken over', async () => {
  const gone = spawn('true')
  await new Promise((resolve) => gone.once('exit', resolve))
  await writeFile(lock, `${gone.pid} 12345`)
  const data = await openDataFolder(folder)
  expect(await readFile(lock, 'utf8')).toBe(`${process.pid} ${await startOf(process.pid)}`)
  await data.release()
})

test('the lock of a process whose id belongs to another one by now is taken over', async () => {
  const other = spawn('sleep', ['60'])
  try {
    await writeFile(lock, `${other.pid} 1`)
    const data = await openDataFolder(folder)
    await data.release()
  } finally {
    other.kill()
  }
})

test('an empty lock, as a full disk leaves it, is taken over', async () => {
  await writeFile(lock, '')
  const data = await openDataFolder(folder)
  await data.release()
})

test('a released folder keeps its secrets and nothing else', async () => {
  const data = await openDataFolder(folder)
  await data.release()
  expect(await readdir(folder)).toEqual(['secrets.json'])
})

test('a lock that another process took meanwhile is not released', async () => {
  const data = await openDataFolder(folder)
  await writeFile(lock, '1 1')
  await data.release()
  expect(await readFile(lock, 'utf8')).toBe('1 1')
})

test('a folder is made with those above it', async () => {
  const data = await openDataFolder(join(folder, 'a', 'b'))
  await data.release()
})

test('a folder that nobody can make is told in one sentence rather than tried for ever', async () => {
  await expect(openDataFolder('/proc/qqvideo/data')).rejects.toThrow(/^The data folder .* can't be written \(ENOENT\)/)
})

/** Field 22 of proc(5). */
async function startOf(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')[19]!
}
