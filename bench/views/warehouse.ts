import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { spawnClickHouse } from '#support/clickhouse.ts'
import { prepareClickHouse } from '../../infra/clickhouse/migrate.ts'
import { rowsOf } from './rows-of.ts'

/** The embedded ClickHouse as the system runs it, and beside the real database one in which nothing is rolled up. */
export interface Warehouse {
  url: string
  /** What the system would ask. */
  clickhouse: ClickHouseClient
  /** The same tables in a database of their own, of which only `play` has rows once `copyPlays` has been called. */
  raw: ClickHouseClient
  stop(): Promise<void>
}

/** Without a folder one is made and removed. Making plays takes more memory than asking about them is given. */
export async function startWarehouse(options: { folder: string; memoryBytes?: number }): Promise<Warehouse> {
  const { folder, memoryBytes } = options
  const environment: Record<string, string> = memoryBytes ? { CLICKHOUSE_MEMORY_BYTES: String(memoryBytes) } : {}
  const server = await spawnClickHouse({ folder, password: 'for-this-bench-only', environment })
  const rawUrl = Object.assign(new URL(server.url), { pathname: '/raw' }).href
  await prepareClickHouse(server.url)
  await prepareClickHouse(rawUrl)
  const connect = (url: string) =>
    createClient({ url, request_timeout: patienceMs, log: { level: ClickHouseLogLevel.OFF } })
  const clients = { clickhouse: connect(server.url), raw: connect(rawUrl) }
  return {
    url: server.url,
    ...clients,
    async stop() {
      await Promise.all([clients.clickhouse.close(), clients.raw.close()])
      await server.stop()
    },
  }
}

// Writing a month of the largest input takes minutes.
const patienceMs = 60 * 60_000

export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-bench-views-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Gives the raw database the same parts of `play` as the real one has, without a copy on disk. */
export async function copyPlays({ clickhouse, raw }: Warehouse): Promise<void> {
  for (const table of ['play', 'touched_hour', 'stretch']) await raw.command({ query: `TRUNCATE TABLE ${table}` })
  const [current] = await rowsOf<{ database: string }>(clickhouse, 'SELECT currentDatabase() AS database')
  for (const partition of await partitionsOfPlay(clickhouse)) {
    await raw.command({ query: `ALTER TABLE play ATTACH PARTITION ${partition} FROM ${current!.database}.play` })
    await raw.command({ query: `${touch} WHERE toYYYYMM(hour) = ${partition}` })
  }
}

// Of what nobody touched nothing is known.
const touch = 'INSERT INTO touched_hour (video_id, hour) SELECT DISTINCT video_id, hour FROM play'

/** As if the table had been left alone for long: every partition in one part, every play in one row. */
export async function mergePlays(clickhouse: ClickHouseClient): Promise<void> {
  for (const partition of await partitionsOfPlay(clickhouse))
    await clickhouse.command({ query: `OPTIMIZE TABLE play PARTITION ${partition} FINAL` })
}

async function partitionsOfPlay(clickhouse: ClickHouseClient): Promise<string[]> {
  const query = `SELECT DISTINCT partition FROM system.parts WHERE database = currentDatabase() AND table = 'play' AND active ORDER BY partition`
  return (await rowsOf<{ partition: string }>(clickhouse, query)).map(({ partition }) => partition)
}
