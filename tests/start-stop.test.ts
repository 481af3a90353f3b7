import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '#support/person.ts'
import { until } from '#support/until.ts'
import { freePort } from '../infra/free-port.ts'

const up = fileURLToPath(new URL('../infra/up.ts', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-start-'))
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

interface Start {
  child: ChildProcess
  said(): string
  ended: Promise<number | null>
}

function start(environment: Record<string, string>): Start {
  const child = spawn(process.execPath, [up], {
    env: { PATH: process.env.PATH ?? '', LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { child, said: () => said, ended }
}

async function isReady(started: Start): Promise<void> {
  await until(
    async () => started.said(),
    (text) => text.includes('QQVideo is ready') || started.child.exitCode !== null,
  )
  if (started.child.exitCode !== null) throw new Error(started.said())
}

/** Every process whose command line or environment names the data folder: ours, whoever its parent is by now. */
async function processesOf(dataFolder: string): Promise<string[]> {
  const found: string[] = []
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue
    const texts = await Promise.all(
      ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    )
    if (texts.some((text) => text.includes(dataFolder))) found.push(`${pid} ${texts[0]!.replaceAll('\0', ' ')}`)
  }
  return found
}

test('SIGTERM stops everything, leaves no process, and the next start goes on where it was', async () => {
  const dataFolder = join(folder, 'data')
  const port = await freePort()
  const environment = { DATA_DIR: dataFolder, PORT: String(port) }
  const first = start(environment)
  await isReady(first)
  const url = `http://localhost:${port}`
  expect(first.said()).toContain(`${url}/welcome/`)
  const person = await signUp(url)
  const created = await person.send('POST', '/api/vpubs', { slug: 'kites', name: 'Kites' })
  expect(created.status).toBe(201)
  expect((await processesOf(dataFolder)).length).toBeGreaterThan(6)
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(await processesOf(dataFolder)).toEqual([])

  const second = start(environment)
  await isReady(second)
  expect((await fetch(`${url}/api/vpubs/kites`)).status).toBe(200)
  second.child.kill('SIGKILL')
  await second.ended
  // Nobody told the programs to stop; each notices that its parent is gone.
  await until(
    () => processesOf(dataFolder),
    (left) => left.length === 0,
  )

  const third = start(environment)
  await isReady(third)
  expect((await fetch(`${url}/api/vpubs/kites`)).status).toBe(200)
  const twice = start({ ...environment, PORT: String(await freePort()) })
  expect(await twice.ended).toBe(1)
  expect(twice.said()).toMatch(/in use by another start/)
  third.child.kill('SIGINT')
  third.child.kill('SIGINT')
  expect(await third.ended).toBe(0)
})

test('a killed PostgreSQL comes back, and neither its stop nor its next start is in the way of what it left', async () => {
  const dataFolder = join(folder, 'killed')
  const port = await freePort()
  const environment = { DATA_DIR: dataFolder, PORT: String(port) }
  const first = start(environment)
  await isReady(first)
  const asksDatabase = () => fetch(`http://localhost:${port}/api/vpubs/nowhere`).then((answer) => answer.status)
  const parent = (await processesOf(dataFolder)).find((line) => line.includes('postgres/main.ts'))!
  process.kill(Number.parseInt(parent, 10), 'SIGKILL')
  // The server that lost its parent still answers for a moment; what counts is that another parent is there.
  await until(
    () => processesOf(dataFolder),
    (lines) => lines.some((line) => line.includes('postgres/main.ts') && line !== parent),
  )
  await until(asksDatabase, (status) => status === 404)

  const again = (await processesOf(dataFolder)).find((line) => line.includes('postgres/main.ts'))!
  process.kill(Number.parseInt(again, 10), 'SIGKILL')
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)
  expect(await processesOf(dataFolder)).toEqual([])

  const second = start(environment)
  await isReady(second)
  expect(await asksDatabase()).toBe(404)
  second.child.kill('SIGTERM')
  expect(await second.ended).toBe(0)
})

test('a taken port is told in one sentence', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const started = start({ DATA_DIR: join(folder, 'taken'), PORT: String(port) })
  expect(await started.ended).toBe(1)
  expect(started.said()).toBe(`Port ${port} is taken by another program; stop it or choose another port.\n`)
  other.close()
})

test('an unwritable data folder is told in one sentence', async () => {
  const file = join(folder, 'a-file')
  await writeFile(file, '')
  const started = start({ DATA_DIR: join(file, 'data'), PORT: String(await freePort()) })
  expect(await started.ended).toBe(1)
  expect(started.said()).toMatch(/^The data folder .* can't be written \(ENOTDIR\); .*\n$/)
})

test('a full disk is told in one sentence', async ({ skip }) => {
  const disk = join(folder, 'small-disk')
  await mkdir(disk)
  const mounted = await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).catch(() => null)
  if (!mounted) skip('this user may not mount a small disk')
  try {
    const started = start({ DATA_DIR: disk, PORT: String(await freePort()) })
    expect(await started.ended).toBe(1)
    expect(started.said()).toMatch(/^The disk of .* is full; .*\n$/)
  } finally {
    await promisify(execFile)('umount', [disk])
  }
})

test('a missing tool is told in one sentence', async () => {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'ffmpeg'), '#!/bin/sh\nexit 0\n')
  await chmod(join(bin, 'ffmpeg'), 0o755)
  const started = start({ PATH: bin, DATA_DIR: join(folder, 'tools'), PORT: String(await freePort()) })
  expect(await started.ended).toBe(1)
  expect(started.said()).toBe("ffprobe is missing; install ffmpeg with your system's package manager.\n")
})

test('a start that hangs is over within ten seconds after SIGTERM', async () => {
  const bin = join(folder, 'hanging-bin')
  const called = join(folder, 'called')
  await mkdir(bin)
  await writeFile(join(bin, 'ffmpeg'), `#!/bin/sh\n: > '${called}'\nexec /bin/sleep 15\n`)
  await chmod(join(bin, 'ffmpeg'), 0o755)
  const started = start({ PATH: bin, DATA_DIR: join(folder, 'hanging'), PORT: String(await freePort()) })
  await until(
    () => readFile(called, 'utf8'),
    () => true,
  )
  const begin = performance.now()
  started.child.kill('SIGTERM')
  expect(await started.ended).toBe(1)
  expect(performance.now() - begin).toBeLessThan(10_000)
})

test('faults of the configuration are told all at once', async () => {
  const started = start({ DATA_DIR: folder, PORT: 'eighty', TRANSCODERS: '-1', MAX_UPLOAD_BYTES: '5 GB' })
  expect(await started.ended).toBe(1)
  expect(started.said()).toMatch(
    /^The configuration has 3 fault\(s\): PORT: .*; TRANSCODERS: .*; MAX_UPLOAD_BYTES: .*\n$/,
  )
})
