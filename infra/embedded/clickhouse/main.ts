import { createLogger } from '../../../services/program/logger.ts'
import { runProgram } from '../../../services/program/run-program.ts'
import { clickhouseConfig } from './config.ts'
import { startClickHouse } from './start-clickhouse.ts'

await runProgram(async () => {
  const config = clickhouseConfig()
  return startClickHouse(config, createLogger('clickhouse', config.logLevel), () => process.exit(1))
})
