import { join } from 'node:path'
import type { Logger } from '../../services/program/logger.ts'
import { prepareClickHouse } from '../clickhouse/migrate.ts'
import type { SystemConfig } from '../config.ts'
import { connectionsFor } from '../connections-for.ts'
import type { DataFolder } from '../data-folder.ts'
import { freePort } from '../free-port.ts'
import type { Stores } from '../programs.ts'
import { type KeptProcess, keepRunning } from '../supervisor/keep-running.ts'
import type { ProcessPlan } from '../supervisor/start-process.ts'
import { clickhouseUrl, planClickHouse } from './clickhouse/plan-clickhouse.ts'
import { planPostgres, postgresUrl } from './postgres/plan-postgres.ts'

export interface RunningStores {
  stores: Stores
  /** The embedded servers that were started; none where the owner has his own. */
  processes: KeptProcess[]
}

/** Starts an embedded server for every store that has no URL. Each keeps its port when it is started again, since URLs name it. */
export async function startStores(config: SystemConfig, data: DataFolder, logger: Logger): Promise<RunningStores> {
  const processes: KeptProcess[] = []
  async function keep(plan: ProcessPlan, url: string): Promise<string> {
    processes.push(await keepRunning(plan, logger))
    return url
  }
  try {
    const [database, clickhouse] = await allOrFirstFailure([
      config.DATABASE_URL ?? embeddedPostgres(config, data, keep),
      config.CLICKHOUSE_URL ?? embeddedClickHouse(config, data, keep),
    ])
    await prepareClickHouse(clickhouse!)
    const storage = config.STORAGE_URL ?? `disk://${join(data.path, 'storage')}`
    return { stores: { databaseUrl: database!, clickhouseUrl: clickhouse!, storageUrl: storage }, processes }
  } catch (error) {
    await Promise.all(processes.map((process) => process.stop(5_000)))
    throw error
  }
}

/** Waits for all even when one fails, so that nothing is still starting when the caller stops what was started. */
async function allOrFirstFailure<Value>(work: (Value | Promise<Value>)[]): Promise<Value[]> {
  const results = await Promise.allSettled(work)
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

type Keep = (plan: ProcessPlan, url: string) => Promise<string>

async function embeddedPostgres(config: SystemConfig, data: DataFolder, keep: Keep): Promise<string> {
  const port = await freePort()
  const password = data.secrets.postgresPassword
  const plan = await planPostgres({
    folder: join(data.path, 'postgres'),
    password,
    port,
    connections: connectionsFor(config.TRANSCODERS),
    inherited: config.inherited,
  })
  return keep(plan, postgresUrl(port, password))
}

async function embeddedClickHouse(config: SystemConfig, data: DataFolder, keep: Keep): Promise<string> {
  const port = await freePort()
  const password = data.secrets.clickhousePassword
  const folder = join(data.path, 'clickhouse')
  const inherited = { ...config.inherited, LOG_LEVEL: config.LOG_LEVEL }
  return keep(planClickHouse({ folder, password, port, inherited }), clickhouseUrl(port, password))
}
