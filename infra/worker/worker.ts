import { createLogger } from '../../services/program/logger.ts'
import { StartError } from '../../services/program/read-config.ts'
import { systemConfig } from '../config.ts'
import { runUntilStopped } from '../run-until-stopped.ts'
import { startWorkers } from './start-workers.ts'

/** `npm run worker`: transcoders on a machine of their own, for a system that runs elsewhere, until they are told to stop. */
try {
  const config = systemConfig()
  const logger = createLogger('worker', config.LOG_LEVEL)
  await runUntilStopped(
    () => startWorkers(config, logger),
    ({ names }) => `\nReady to make videos: ${names.join(', ')}\nCtrl-C gives back what is under way and stops.\n`,
  )
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}
