import { createLogger } from '../services/program/logger.ts'
import { StartError } from '../services/program/read-config.ts'
import { systemConfig } from './config.ts'
import { startSystem } from './start-system.ts'

/** `npm start`: the whole system on one machine and one port, until it is told to stop. */
try {
  const config = systemConfig()
  const logger = createLogger('system', config.LOG_LEVEL)
  const starting = startSystem(config, logger, console.log)
  stopOnSignals(starting.then((system) => system.stop))
  const system = await starting
  console.log(await system.greeting())
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}

function stopOnSignals(ready: Promise<() => Promise<void>>): void {
  let isStopping = false
  async function stop() {
    // A terminal and npm both pass Ctrl-C on: the second is not impatience.
    if (isStopping) return
    isStopping = true
    console.log('\nStopping…')
    const end = await ready.catch(() => null)
    await end?.()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.on('SIGHUP', stop)
}
