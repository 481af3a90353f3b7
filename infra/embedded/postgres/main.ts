import { createLogger } from '../../../services/program/logger.ts'
import { runProgram } from '../../../services/program/run-program.ts'
import { postgresConfig } from './config.ts'
import { startPostgres } from './start-postgres.ts'

await runProgram(async () => {
  const config = postgresConfig()
  const logger = createLogger('postgres', config.logLevel)
  return startPostgres({
    folder: config.folder,
    password: config.password,
    port: config.port,
    connections: config.connections,
    onLog: (line) => logger.debug(line),
    onLost: () => process.exit(1),
  })
})
