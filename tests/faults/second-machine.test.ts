import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'

let system: TestSystem
let folder: string
let stores: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-worker-'))
  system = await startTestSystem({ TRANSCODERS: '0' })
  const note = JSON.parse(await readFile(join(system.dataFolder, 'running.json'), 'utf8')) as Record<string, string>
  stores = { DATABASE_URL: note.databaseUrl!, STORAGE_URL: note.storageUrl! }
})

afterAll(async () => {
  await system?.stop()
  await rm(folder, { recursive: true, force: true })
})

interface Command {
  said(): string
  stop(): void
  /** With its exit code. */
  ended: Promise<number | null>
}

/** As `npm run` would run it, in an environment of a machine of its own. */
async function start(script: string, settings: Record<string, string>, more = ''): Promise<Command> {
  const scripts = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')).scripts as Record<
    string,
    string
  >
  const environment = { PATH: process.env.PATH!, DATA_DIR: folder, TRANSCODERS: '2', ...settings }
  const child = spawn('sh', ['-c', `${scripts[script]} ${more}`], { env: environment })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { said: () => said, stop: () => child.kill('SIGTERM'), ended }
}

async function sentenceOf(settings: Record<string, string>): Promise<string> {
  const worker = await start('worker', settings)
  expect(await worker.ended).toBe(1)
  return worker.said()
}

test('a worker on a machine of its own makes the videos of a site that has no transcoder, and keeps its name', async () => {
  const worker = await start('worker', stores)
  await until(
    async () => worker.said(),
    (said) => said.includes('Ready to make videos'),
    30_000,
  )
  const names = worker.said().match(/worker-\S+-[12]\b/g)
  expect(names).toHaveLength(2)

  const ada = await signUp(system.url)
  const film = await uploadClip(ada, { folder, name: 'clip.mp4' }, { seconds: 2 })
  await until(
    () => ada.video(film.id),
    ({ status }) => status === 'ready',
    60_000,
  )

  const doctor = await start('doctor', stores, '--worker')
  await doctor.ended
  expect(doctor.said()).toContain('belong together')
  expect(doctor.said()).not.toContain('ClickHouse')

  const second = await start('worker', stores)
  expect(await second.ended).toBe(1)
  expect(second.said()).toMatch(/is in use by another start/)
  worker.stop()
  expect(await worker.ended).toBe(0)
  const again = await start('worker', stores)
  await until(
    async () => again.said(),
    (said) => said.includes(names![0]!),
    30_000,
  )
  again.stop()
  expect(await again.ended).toBe(0)
}, 150_000)

test('a worker that lacks something, or is given the stores of two sites, says so in one sentence and takes no video', async () => {
  const said = await sentenceOf({})
  expect(said).toMatch(/^A worker needs DATABASE_URL, .*, and STORAGE_URL, [^\n]*\n$/)
  expect(await sentenceOf({ ...stores, STORAGE_URL: `disk://${folder}/typo` })).toMatch(
    /^The storage of STORAGE_URL can't be used: ENOENT/,
  )
  const other = await mkdtemp(join(folder, 'other-'))
  expect(await sentenceOf({ ...stores, STORAGE_URL: `disk://${other}` })).toMatch(
    /holds none of the files that the database names/,
  )
  const empty = stores.DATABASE_URL!.replace(/\/[^/]*$/, '/template1')
  expect(await sentenceOf({ ...stores, DATABASE_URL: empty })).toMatch(/holds no QQVideo site/)
}, 60_000)
