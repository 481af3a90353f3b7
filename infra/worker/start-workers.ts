import { join } from 'node:path'
import type { Logger } from '../../services/program/logger.ts'
import { StartError } from '../../services/program/read-config.ts'
import type { SystemConfig } from '../config.ts'
import { makeFolder } from '../data-folder.ts'
import { lockFolder } from '../folder-lock.ts'
import { planTranscoder } from '../programs.ts'
import { requireTools } from '../require-tools.ts'
import { type KeptProcess, keepRunning } from '../supervisor/keep-running.ts'
import { nameWorker } from './name-worker.ts'
import { requireSite } from './require-site.ts'
import { requireStores } from './require-stores.ts'

export interface RunningWorkers {
  /** By these the rows of the catalog say who makes what. */
  names: string[]
  stop(): Promise<void>
}

/** TRANSCODERS of them, at least one. Throws a StartError with a sentence where something is missing or belongs to another site. */
export async function startWorkers(config: SystemConfig, logger: Logger): Promise<RunningWorkers> {
  const stores = requireStores(config)
  await requireTools()
  await requireSite(stores)
  const folder = join(config.DATA_DIR, 'worker')
  await makeFolder(folder).catch((cause) => {
    const advice = 'mend its rights or set DATA_DIR to another folder.'
    throw new StartError(`The folder ${folder} can't be made; ${advice}`, { cause })
  })
  const release = await lockFolder(folder)
  const started: KeptProcess[] = []
  async function stop(): Promise<void> {
    await Promise.all(started.map((process) => process.stop(8_000)))
    await release()
  }
  try {
    const name = await nameWorker(folder)
    const plans = Array.from({ length: Math.max(1, config.TRANSCODERS) }, (_, index) =>
      planTranscoder(config, { path: folder }, stores, index + 1, name),
    )
    // One after the other: the first says what is wrong for all of them.
    for (const plan of plans) started.push(await keepRunning(plan, logger))
    return { names: plans.map(({ environment }) => environment.WORKER_NAME!), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
