import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient } from '@clickhouse/client'
import type { Logger } from '../../services/program/logger.ts'
import { StartError } from '../../services/program/read-config.ts'
import { migrateClickHouse } from '../clickhouse/migrate.ts'
import type { SystemConfig } from '../config.ts'
import type { DataFolder } from '../data-folder.ts'
import { freePort } from '../free-port.ts'
import type { Stores } from '../programs.ts'
import { type KeptProcess, keepRunning } from '../supervisor/keep-running.ts'
import { planPostgres, postgresUrl } from './postgres/plan-postgres.ts'

export interface RunningStores {
  stores: Stores
  /** The embedded servers that were started; none where the owner has his own. */
  processes: KeptProcess[]
}

/** Starts an embedded server for every store that has no URL. Each keeps its port when it is started again, since URLs name it. */
export async function startStores(config: SystemConfig, data: DataFolder, logger: Logger): Promise<RunningStores> {
  const processes: KeptProcess[] = []
  async function keep<Url extends string>(plan: Parameters<typeof keepRunning>[0], url: Url): Promise<Url> {
    processes.push(await keepRunning(plan, logger))
    return url
  }
  const results = await Promise.allSettled([
    config.DATABASE_URL ?? embeddedPostgres(config, data, keep),
    config.CLICKHOUSE_URL ?? embeddedClickHouse(config, data, keep),
  ])
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) {
    await Promise.all(processes.map((process) => process.stop(5_000)))
    throw failure.reason
  }
  const [databaseUrl, clickhouseUrl] = results.map((result) => (result as PromiseFulfilledResult<string>).value)
  const storageUrl = config.STORAGE_URL ?? `disk://${join(data.path, 'storage')}`
  await prepareClickHouse(clickhouseUrl!)
  return { stores: { databaseUrl: databaseUrl!, clickhouseUrl: clickhouseUrl!, storageUrl }, processes }
}

type Keep = (plan: Parameters<typeof keepRunning>[0], url: string) => Promise<string>

async function embeddedPostgres(config: SystemConfig, data: DataFolder, keep: Keep): Promise<string> {
  const port = await freePort()
  const password = data.secrets.postgresPassword
  const plan = await planPostgres({ folder: join(data.path, 'postgres'), password, port, inherited: config.inherited })
  return keep(plan, postgresUrl(port, password))
}

async function embeddedClickHouse(config: SystemConfig, data: DataFolder, keep: Keep): Promise<string> {
  const port = await freePort()
  const password = data.secrets.clickhousePassword
  const plan = {
    name: 'ClickHouse engine',
    program: fileURLToPath(new URL('./clickhouse/main.ts', import.meta.url)),
    environment: {
      ...config.inherited,
      LOG_LEVEL: config.LOG_LEVEL,
      CLICKHOUSE_PORT: String(port),
      CLICKHOUSE_FOLDER: join(data.path, 'clickhouse'),
      CLICKHOUSE_PASSWORD: password,
      // The engine runs its queries on these threads; with the default of four a slow query would hold up file writes.
      UV_THREADPOOL_SIZE: '16',
    },
  }
  return keep(plan, `http://qqvideo:${encodeURIComponent(password)}@127.0.0.1:${port}/qqvideo`)
}

async function prepareClickHouse(url: string): Promise<void> {
  const client = createClient({ url, request_timeout: 30_000 })
  try {
    await migrateClickHouse(client)
  } catch (cause) {
    throw new StartError(`ClickHouse could not be prepared: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    })
  } finally {
    await client.close()
  }
}
