import { lossOf } from '#catalog/database-loss.ts'
import { createLogger } from '../../services/program/logger.ts'
import { runProgram } from '../../services/program/run-program.ts'
import { readTranscoderConfig } from './config.ts'
import { startTranscoder } from './start-transcoder.ts'

let logger: ReturnType<typeof createLogger> | undefined

await runProgram(
  async () => {
    const config = readTranscoderConfig()
    logger = createLogger('transcoder', config.logLevel, { lossOf })
    return startTranscoder(config, logger)
  },
  () => logger,
)
