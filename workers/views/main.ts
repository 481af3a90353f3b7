import { lossOf } from '#catalog/database-loss.ts'
import { createLogger } from '../../services/program/logger.ts'
import { runProgram } from '../../services/program/run-program.ts'
import { viewsConfig } from './config.ts'
import { startViewsWorker } from './start-views-worker.ts'

let logger: ReturnType<typeof createLogger> | undefined

await runProgram(
  async () => {
    const config = viewsConfig()
    logger = createLogger('views', config.LOG_LEVEL, { lossOf })
    return startViewsWorker(config, logger)
  },
  () => logger,
)
