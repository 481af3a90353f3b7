import { createLogger } from '../services/program/logger.ts'
import type { SystemConfig } from './config.ts'
import { type RunningSystem, startSystem } from './start-system.ts'

// The system promises to be gone 10 s after the first signal, also where a step of its start or stop hangs.
const stopWithinMs = 9_500

/** Starts the system, prints what `greet` says, and stops everything on Ctrl-C, SIGTERM or SIGHUP. */
export async function runSystem(
  config: SystemConfig,
  greet: (system: RunningSystem) => Promise<string>,
): Promise<void> {
  // Other users of the machine have no business in private videos and spools; programs inherit this.
  process.umask(0o077)
  const starting = startSystem(config, createLogger('system', config.LOG_LEVEL), console.log)
  let isStopping = false
  async function stop() {
    // A terminal and npm both pass Ctrl-C on: the second is not impatience.
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    console.log('\nStopping…')
    const system = await starting.catch(() => null)
    await system?.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const system = await starting
  try {
    console.log(await greet(system))
  } catch (error) {
    if (isStopping) return
    await system.stop()
    throw error
  }
}
