import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readTranscoderConfig } from '../workers/transcoder/config.ts'
import { settingNames, systemConfig } from './config.ts'
import { planPrograms, planTranscoder } from './programs.ts'

const example = await readFile(new URL('../.env.example', import.meta.url), 'utf8')
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
const set = Object.fromEntries([...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]))

test('.env.example lists every setting, and no other', () => {
  expect(Object.keys(set).sort()).toEqual([...settingNames].sort())
})

test('.env.example changes nothing when it is loaded as it is', () => {
  expect(systemConfig(set)).toEqual(systemConfig({}))
})

test('the table in README.md lists every setting, and no other', () => {
  const table = /^## Configuration\n(.*?)^## /ms.exec(readme)![1]!
  const cells = [...table.matchAll(/^\|([^|]*`[^|]*)\|/gm)].map(([, cell]) => cell!)
  const names = cells.flatMap((cell) => [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!))
  expect(names.sort()).toEqual([...settingNames].sort())
})

test('a limit that makes no sense is refused with a sentence that says what to write', () => {
  expect(() => systemConfig({ MAX_MEMORY_MB: 'much', CACHE_MB: '0' })).toThrow(
    'The configuration has 2 fault(s): MAX_MEMORY_MB: write a number, 512 or more; CACHE_MB: write a whole number from 1 to 65536.',
  )
})

/** For tests, too fine for anybody to set, or handed on from the surroundings. */
const notSettings = [
  'FAILPOINTS',
  'PART_SECONDS',
  'FIRST_HOLD_SECONDS',
  'UPLOAD_IDLE_SECONDS',
  'SPOOL_MAX_BYTES',
  'KILL_AT',
  'PATH',
]

test('whatever a program reads, it is told, or it is one of the few that nobody sets', async () => {
  const every = Object.fromEntries(settingNames.map((name) => [name, examples[name] ?? '1000']))
  const config = systemConfig(every)
  const secrets = { signingKeys: '', authSecret: '', setupCode: '', postgresPassword: '', clickhousePassword: '' }
  const data = { path: '/data', secrets, release: async () => {} }
  const stores = { databaseUrl: '', clickhouseUrl: '', storageUrl: '' }
  const plans = { ...planPrograms(config, data, stores), transcoder: planTranscoder(config, data, stores, 1) }
  for (const { name, program, environment } of Object.values(plans)) {
    const text = await readFile(program.replace('main.ts', 'config.ts'), 'utf8')
    const read = [...text.matchAll(/^ +([A-Z_]{3,}):/gm)].map(([, variable]) => variable!)
    expect(read).toContain('LOG_LEVEL')
    const untold = read.filter((variable) => !(variable in environment) && !notSettings.includes(variable))
    expect([name, untold]).toEqual([name, []])
  }
})

const examples: Record<string, string> = {
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://video.example',
  MEDIA_URL: 'https://cdn.example/media/',
  TRUSTED_PROXIES: '1',
  DATABASE_URL: 'postgres://here',
  CLICKHOUSE_URL: 'http://here',
  TRANSCODERS: '1',
  MAKE_SMALLER: 'false',
  IMPORT_ALLOW_PRIVATE: 'false',
  WEBHOOK_ALLOW_PRIVATE: 'false',
  SMTP_URL: 'smtp://here',
  LOG_LEVEL: 'warn',
}

test('a video may not take ffmpeg longer than the queue waits for it', () => {
  const needed = { DATABASE_URL: 'postgres://here', STORAGE_URL: 'disk:///here', WORK_FOLDER: '/work' }
  expect(() => readTranscoderConfig({ ...needed, MAX_DURATION_S: '100000' })).toThrow(/may come to 14 days/)
})
