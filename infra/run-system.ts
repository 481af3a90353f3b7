import { createLogger } from '../services/program/logger.ts'
import type { SystemConfig } from './config.ts'
import { runUntilStopped } from './run-until-stopped.ts'
import { type RunningSystem, startSystem } from './start-system.ts'

/** Starts the system, prints what `greet` says, and stops everything on Ctrl-C, SIGTERM or SIGHUP. */
export function runSystem(config: SystemConfig, greet: (system: RunningSystem) => Promise<string>): Promise<void> {
  return runUntilStopped(() => startSystem(config, createLogger('system', config.LOG_LEVEL), console.log), greet)
}
