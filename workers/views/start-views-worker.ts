import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { openCatalog } from '#catalog/open-catalog.ts'
import type { Logger } from '../../services/program/logger.ts'
import { reach } from '../../services/program/reach.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import { alertTasks } from './alerts/alert-tasks.ts'
import type { ViewsConfig } from './config.ts'
import type { Context } from './context.ts'
import { retentionTasks } from './retention/retention-tasks.ts'
import { rollUpTask } from './rollups/roll-up-task.ts'
import { runTasks, type Task } from './run-tasks.ts'

/** Starts what happens to plays after they were counted: hours are summed up, owners hear of new sites, old plays are forgotten. */
export async function startViewsWorker(config: ViewsConfig, logger: Logger): Promise<RunningProgram> {
  const onError = (error: unknown) => logger.warn({ err: error }, 'database connection')
  const catalog = await reach('The database (DATABASE_URL)', openCatalog({ databaseUrl: config.DATABASE_URL, onError }))
  // What fails is told by whoever asked; the client's own lines are many and no JSON.
  const clickhouse = createClient({
    url: config.CLICKHOUSE_URL,
    request_timeout: 10 * 60_000,
    log: { level: ClickHouseLogLevel.OFF },
  })
  const stopTasks = runTasks(tasksOf({ config, logger, catalog, clickhouse }), logger)
  return {
    async stop() {
      await stopTasks()
      await Promise.all([catalog.close(), clickhouse.close()])
    },
  }
}

/** Every task, in no order. */
function tasksOf(context: Context): Task[] {
  return [rollUpTask(context), ...alertTasks(context), ...retentionTasks(context)]
}
