import { StartError } from '../../services/program/read-config.ts'
import { systemConfig } from '../config.ts'
import { runSystem } from '../run-system.ts'
import { findRunning } from '../running-note.ts'
import { fillSite } from './fill-site.ts'

/**
 * `npm run demo`: a few made-up videos and a month of plays on a dozen made-up sites, so that a newcomer sees Views
 * Details in the first minute. Fills the system that runs already, or starts one and keeps it running.
 */
try {
  const config = systemConfig()
  const running = await findRunning(config.DATA_DIR)
  if (running) {
    console.log(await fillSite(config.DATA_DIR, running, console.log))
  } else {
    await runSystem(config, async (system) => {
      const started = await findRunning(config.DATA_DIR)
      if (!started) throw new StartError('The system that was started for the demo does not answer.')
      const filled = await fillSite(config.DATA_DIR, started, console.log)
      // On a new folder the greeting holds the first admin's link, which stands nowhere else.
      return filled + (await system.greeting())
    })
  }
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}
