import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { startCollector as startOne } from '#support/collector.ts'
import { migrateClickHouse } from '../../infra/clickhouse/migrate.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'
import { onCore, yielding } from './cores.ts'

/** A collector as it runs in earnest: its own process, real fdatasync, draining into a real ClickHouse all the while. */
export async function startCollector(options: { core?: number } = {}) {
  const clickhouse = await startClickHouse({ wrapper: yielding })
  await migrateClickHouse(clickhouse.client)
  const collector = await startCollectorOn(clickhouse, options.core ?? 0)
  return {
    ...collector,
    client: clickhouse.client,
    /** Another collector beside it, with a spool of its own. */
    startSecond: (core: number) => startCollectorOn(clickhouse, core),
    async stop() {
      await collector.stop()
      await clickhouse.stop()
    },
  }
}

async function startCollectorOn(clickhouse: TestClickHouse, core: number) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-beacon-'))
  const collector = await startOne({ clickhouseUrl: clickhouse.url, folder, wrapper: onCore(core), logLevel: 'warn' })
  return {
    url: `http://127.0.0.1:${collector.port}/beacon`,
    pid: collector.pid,
    async stop() {
      await collector.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function startBare(): Promise<StartedProcess & { url: string }> {
  const bare = await startProcess({
    name: 'bare server',
    wrapper: onCore(0),
    program: pathOf('./bare-server.ts'),
    environment: { PATH: process.env.PATH ?? '' },
  })
  return { ...bare, url: `http://127.0.0.1:${bare.port}/beacon` }
}

export function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
