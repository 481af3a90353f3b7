import { StartError } from '../services/program/read-config.ts'
import { systemConfig } from './config.ts'
import { runSystem } from './run-system.ts'

/** `npm start`: the whole system on one machine and one port, until it is told to stop. */
try {
  await runSystem(systemConfig(), (system) => system.greeting())
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}
