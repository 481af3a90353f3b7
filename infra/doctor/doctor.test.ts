import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { startS3, type TestS3 } from '#support/s3.ts'
import { openStorage } from '../../services/storage/open-storage.ts'
import { connectionsFor } from '../connections-for.ts'
import { speedFinding } from './check-data-folder.ts'
import type { Finding } from './finding.ts'
import { printFindings, summary } from './print-findings.ts'

let folder: string
/** What programs lay down in passing; nothing may stay. */
let temporary: string
let postgres: Awaited<ReturnType<typeof startTestPostgres>>
let clickhouse: TestClickHouse
let s3: TestS3

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-doctor-test-'))
  temporary = await mkdtemp(join(tmpdir(), 'qqvideo-doctor-tmp-'))
  ;[postgres, clickhouse, s3] = await Promise.all([startTestPostgres(), startClickHouse(), startS3()])
})
afterAll(async () => {
  await Promise.all([postgres?.stop(), clickhouse?.stop(), s3?.stop()])
  for (const made of [folder, temporary]) await rm(made, { recursive: true, force: true })
})
afterEach(async () => expect(await readdir(temporary)).toEqual([]))

interface Report {
  isWell: boolean
  groups: { title: string; findings: Finding[] }[]
}

function start(settings: Record<string, string>, words: string[] = []): ChildProcess {
  const environment = { PATH: process.env.PATH!, DATA_DIR: join(folder, 'data'), TMPDIR: temporary, ...settings }
  const program = new URL('./doctor.ts', import.meta.url).pathname
  return spawn(process.execPath, [program, ...words], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
}

async function examine(settings: Record<string, string>): Promise<{ code: number; report: Report }> {
  const doctor = start(settings, ['--json'])
  const ended = new Promise<number>((resolve) => doctor.once('close', resolve))
  const report = JSON.parse(await text(doctor.stdout!)) as Report
  return { code: await ended, report }
}

function findingsOf({ groups }: Report, title: string): Finding[] {
  return groups.find((group) => group.title.startsWith(title))?.findings ?? []
}

test('a machine with everything is well, and nothing is left behind by the look', async () => {
  const settings = { DATABASE_URL: postgres.url, CLICKHOUSE_URL: clickhouse.url }
  const { code, report } = await examine(settings)
  expect(report.groups.flatMap(({ findings }) => findings).filter(({ mark }) => mark === 'fail')).toEqual([])
  expect({ code, isWell: report.isWell }).toEqual({ code: 0, isWell: true })
  expect(findingsOf(report, 'PostgreSQL').map(({ name }) => name)).toContain('rights')
  expect(findingsOf(report, 'ClickHouse').map(({ name }) => name)).toContain('write and read')
  const tables = await clickhouse.client.query({ query: "SHOW TABLES LIKE 'doctor%'", format: 'JSONEachRow' })
  expect(await tables.json()).toEqual([])
  expect(await readdir(folder)).toEqual([])
})

test('a PostgreSQL with too few connections for the transcoders is told, with the number that is enough', async () => {
  const { report } = await examine({ DATABASE_URL: postgres.url, TRANSCODERS: '40' })
  const found = findingsOf(report, 'PostgreSQL').find(({ name }) => name === 'connections')
  expect(found).toMatchObject({
    mark: 'warn',
    advice: expect.stringContaining(`max_connections = ${connectionsFor(40)}`),
  })
})

test('of a bucket that breaks promises each is told, with what follows from it', async () => {
  const { code, report } = await examine({ STORAGE_URL: s3.url })
  const findings = findingsOf(report, 'Storage')
  expect(code).toBe(1)
  const broken = findings.filter(({ mark }) => mark === 'fail')
  expect(broken.length).toBeGreaterThan(0)
  for (const { advice } of broken) expect(advice).toMatch(/^It should hold that .+\. [A-Z].+\.$/)
  const storage = await openStorage(s3.url)
  for await (const { key } of storage.list('')) expect.unreachable(`${key} was left in the bucket`)
  await storage.close()
})

test('without ffmpeg and without stores each is told, and no password with them', async () => {
  const bare = join(folder, 'bare')
  await mkdir(bare)
  await symlink('/bin/true', join(bare, 'true'))
  const { code, report } = await examine({
    PATH: bare,
    DATABASE_URL: 'postgres://ada:hush@127.0.0.1:1/none',
    CLICKHOUSE_URL: 'http://ada:hush@127.0.0.1:1/none',
    STORAGE_URL: 's3://ada:hush@none?endpoint=http://127.0.0.1:1',
  })
  await rm(bare, { recursive: true })
  expect(code).toBe(1)
  for (const title of ['PostgreSQL', 'ClickHouse', 'Storage'])
    expect(findingsOf(report, title)).toMatchObject([{ mark: 'fail', name: 'connection', advice: expect.any(String) }])
  expect(JSON.stringify(report)).not.toContain('hush')
  expect(findingsOf(report, 'Making videos')[0]).toMatchObject({ mark: 'fail', found: 'not found' })
  expect(findingsOf(report, 'Fences').find(({ name }) => name === 'other files')).toMatchObject({ mark: 'warn' })
  expect(findingsOf(report, 'Fences').at(-1)).toMatchObject({ mark: 'skip', name: 'refusals' })
})

test('Ctrl-C in the middle of trying a storage leaves nothing in it', async () => {
  const kept = join(folder, 'kept')
  await mkdir(kept)
  const doctor = start({ STORAGE_URL: `disk://${kept}` })
  const ended = new Promise<number>((resolve) => doctor.once('close', resolve))
  const seen = await new Promise<string>((resolve) => {
    let said = ''
    doctor.stdout!.on('data', (piece) => {
      said += piece
      // The storage comes after this one.
      if (said.includes('ClickHouse')) resolve(said)
    })
  })
  doctor.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(seen).not.toContain('promises')
  expect((await readdir(kept, { recursive: true })).filter((name) => !name.startsWith('.temporary'))).toEqual([])
  expect(await readdir(join(kept, '.temporary'))).toEqual([])
  await rm(kept, { recursive: true })
})

test('each finding is a line that needs no colours, with its advice beneath it', () => {
  const findings: Finding[] = [
    { mark: 'ok', name: 'ffmpeg', found: '7.1' },
    { mark: 'warn', name: 'room', found: '3 GB', advice: 'Free some. '.repeat(12).trim() },
    { mark: 'fail', name: 'connection', found: 'refused', advice: 'Look whether it runs.' },
  ]
  const lines = printFindings(findings, false).split('\n')
  expect(lines[0]).toBe('  ✓ ffmpeg                     7.1')
  expect(lines[1]).toBe('  ! room                       3 GB')
  expect(lines.every((line) => line.length <= 100 && !line.includes('\u001b'))).toBe(true)
  expect(lines.at(-2)).toBe('    Look whether it runs.')
  expect(summary(findings)).toBe('1 thing must be mended (✗), 1 could be better (!).')
  expect(summary(findings.slice(0, 1))).toBe('All is well.')
})

test('how long a sync takes is told in words', () => {
  expect([0.5, 5, 20, 80].map((medianMs) => speedFinding(medianMs).found)).toEqual([
    'fast (0.5 ms)',
    'good (5.0 ms)',
    'slow, as spinning disks are (20.0 ms)',
    'very slow (80.0 ms)',
  ])
  expect(speedFinding(80)).toMatchObject({ mark: 'warn' })
})
