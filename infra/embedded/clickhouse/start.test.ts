import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { spawnClickHouse } from '#support/clickhouse.ts'
import { endless } from '#support/clickhouse-queries.ts'

const password = 'for-this-test-only'
let folder: string
let stops: (() => Promise<unknown>)[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-clickhouse-start-'))
  stops = []
})
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()))
  await rm(folder, { recursive: true, force: true })
})

test('a second owner of the folder is told who the first is, and does it no harm', async () => {
  const first = await start()
  await expect(start()).rejects.toThrow(
    `Another ClickHouse (process ${first.pid}) uses ${join(folder, 'engine')}; stop it first.`,
  )
  expect(await (await fetch(new URL('/ping', new URL(first.url).origin))).text()).toBe('Ok.\n')
})

test.each(['engine.xml', 'engine/status', 'engine/metadata'])(
  'a kill -9 during the first start, when %s is there, leaves a folder that can be started on',
  async (mark) => {
    const first = spawn(process.execPath, [fileURLToPath(new URL('./main.ts', import.meta.url))], {
      env: { CLICKHOUSE_FOLDER: folder, CLICKHOUSE_PASSWORD: password, UV_THREADPOOL_SIZE: '14' },
      stdio: 'ignore',
    })
    const gone = once(first, 'exit')
    while (!existsSync(join(folder, mark))) await delay(1)
    first.kill('SIGKILL')
    await gone
    await start()
  },
)

test('SIGTERM ends it in order even while a query runs that would never end', async () => {
  const server = await start()
  const client = createClient({ url: server.url, log: { level: ClickHouseLogLevel.OFF } })
  const cut = expect(client.query({ query: endless })).rejects.toThrow()
  while ((await readdir(join(folder, 'exchange'))).length === 0) await delay(10)
  await server.stop()
  expect(await server.exited).toEqual({ code: 0, signal: null })
  await cut
  await client.close()
})

test('files of requests of an earlier process are removed', async () => {
  await mkdir(join(folder, 'exchange'), { recursive: true })
  await writeFile(join(folder, 'exchange', '1.in'), 'half')
  await start()
  expect(await readdir(join(folder, 'exchange'))).toEqual([])
})

test('too few threads for files and queries at once are refused in one sentence', async () => {
  await expect(start({ UV_THREADPOOL_SIZE: '4' })).rejects.toThrow(
    'The configuration has 1 fault(s): UV_THREADPOOL_SIZE: start this process with at least 14.',
  )
})

test('a folder whose name the engine would take for a pattern is refused', async () => {
  await expect(start({ CLICKHOUSE_FOLDER: join(folder, 'all*') })).rejects.toThrow('choose another folder')
})

test('an insert larger than accepted is refused whole, compressed or not', async () => {
  const server = await start({ CLICKHOUSE_INSERT_BYTES: '1000' })
  for (const codec of [undefined, 'gzip'] as const) {
    const client = createClient({
      url: server.url,
      compression: { request: codec && { codec } },
      log: { level: ClickHouseLogLevel.OFF },
    })
    await client.command({ query: 'CREATE TABLE IF NOT EXISTS note (text String) ENGINE = MergeTree ORDER BY text' })
    const values = Array.from({ length: 100 }, () => ({ text: 'as long as it is' }))
    const insert = client.insert({ table: 'note', values, format: 'JSONEachRow' })
    await expect(insert).rejects.toMatchObject({ code: '307', type: 'QUERY_IS_TOO_LARGE' })
    const count = await client.query({ query: 'SELECT count() AS count FROM note', format: 'JSONEachRow' })
    expect(await count.json()).toEqual([{ count: 0 }])
    await client.close()
  }
})

async function start(environment: Record<string, string> = {}) {
  const server = await spawnClickHouse({ folder, password, environment })
  stops.push(() => server.stop())
  return server
}
