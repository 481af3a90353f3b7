import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startClickHouse } from '#support/clickhouse.ts'
import { testKey } from '#support/plays.ts'
import { migrateClickHouse } from '../../infra/clickhouse/migrate.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'

/** A collector as it runs in earnest: its own process, real fdatasync, draining into a real ClickHouse all the while. */
export async function startCollector() {
  const folder = await mkdtemp(join(tmpdir(), 'bench-beacon-'))
  const clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
  const collector = await startProcess({
    name: 'beacon',
    program: pathOf('../../services/beacon/main.ts'),
    environment: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      CLICKHOUSE_URL: clickhouse.url,
      SIGNING_KEYS: `${testKey.id}:${testKey.secret}`,
      SPOOL_FOLDER: folder,
      LOG_LEVEL: 'warn',
    },
  })
  return {
    url: `http://127.0.0.1:${collector.port}/beacon`,
    client: clickhouse.client,
    async stop() {
      await collector.stop()
      await clickhouse.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export async function startBare(): Promise<StartedProcess & { url: string }> {
  const bare = await startProcess({
    name: 'bare server',
    program: pathOf('./bare-server.ts'),
    environment: { PATH: process.env.PATH ?? '' },
  })
  return { ...bare, url: `http://127.0.0.1:${bare.port}/beacon` }
}

export function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}
