import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStorage } from './open-storage.ts'

const objectBytes = 300_000

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-crash-'))
})
afterEach(() => rm(folder, { recursive: true }))

test.each([1, 7, 20])(
  'a writer killed after %i puts leaves whole objects only, and all it had finished',
  async (puts) => {
    const acknowledged = await killedAfter(
      puts,
      `
    for (let number = 0; ; number++) {
      const key = 'videos/' + (number % 5) + '/' + number
      await storage.put(key, Buffer.alloc(${objectBytes}, String(number % 10)))
      console.log(key)
    }`,
    )
    const storage = await openStorage(`disk://${folder}/storage`)
    for (const key of acknowledged) expect(await storage.head(key), key).not.toBeNull()
    for await (const { key } of storage.list('')) await expectWhole(key)
  },
)

test.each([1, 9])(
  'of files being taken over when the process is killed after %i, each is in one place, and repeating ends it',
  async (adopted) => {
    const acknowledged = await killedAfter(
      adopted,
      `
    for (let number = 0; ; number++) {
      const path = ${JSON.stringify(folder)} + '/upload-' + number
      await writeFile(path, Buffer.alloc(${objectBytes}, String(number % 10)))
      await storage.adoptFile('sources/' + number, path)
      console.log('sources/' + number)
    }`,
    )
    const storage = await openStorage(`disk://${folder}/storage`)
    for (const name of await uploads()) {
      if ((await stat(join(folder, name))).size < objectBytes) continue
      await storage.adoptFile(name.replace('upload-', 'sources/'), join(folder, name))
    }
    for (const key of acknowledged) {
      expect(await storage.adoptFile(key, join(folder, key.replace('sources/', 'upload-')))).toMatchObject({ key })
      await expectWhole(key)
    }
  },
)

/** Runs the script against the storage and kills it without a warning once it has printed so many lines; resolves with all it printed. */
async function killedAfter(lines: number, script: string): Promise<string[]> {
  const program = `
    import { writeFile } from 'node:fs/promises'
    import { openStorage } from ${JSON.stringify(join(import.meta.dirname, 'open-storage.ts'))}
    const storage = await openStorage(${JSON.stringify(`disk://${folder}/storage`)})
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const printed = await readLines(child, lines)
  expect(child.signalCode).toBe('SIGKILL')
  return printed
}

async function readLines(child: ChildProcess, lines: number): Promise<string[]> {
  const printed: string[] = []
  const closed = once(child, 'close')
  for await (const line of createInterface(child.stdout!)) {
    if (printed.push(line) === lines) child.kill('SIGKILL')
  }
  await closed
  return printed
}

async function expectWhole(key: string): Promise<void> {
  const storage = await openStorage(`disk://${folder}/storage`)
  const bytes = await buffer((await storage.get(key)).body)
  const digit = String(Number(key.split('/').at(-1)) % 10)
  expect(bytes.equals(Buffer.alloc(objectBytes, digit)), key).toBe(true)
}

async function uploads(): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('upload-'))
}
