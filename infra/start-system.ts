import { closeServer, listen } from '../services/program/listen.ts'
import type { Logger } from '../services/program/logger.ts'
import { StartError } from '../services/program/read-config.ts'
import type { SystemConfig } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { startStores } from './embedded/start-stores.ts'
import { createGateway } from './gateway/create-gateway.ts'
import { planPrograms, planTranscoder } from './programs.ts'
import { requireTools } from './require-tools.ts'
import { writeRunningNote } from './running-note.ts'
import { type KeptProcess, keepRunning } from './supervisor/keep-running.ts'
import type { ProcessPlan } from './supervisor/start-process.ts'

export interface RunningSystem {
  /** What the terminal says once everything serves: the URL and how to get in. */
  greeting(): Promise<string>
  /** By name, for tests that kill them. */
  processes(): KeptProcess[]
  stop(): Promise<void>
}

// A service that is being started again is back within a second or two; a visitor's request waits for it.
const restartPatienceMs = 8_000

/** Starts the stores, then the services and transcoders, behind one port. Whatever was started is stopped again where a step fails. */
export async function startSystem(
  config: SystemConfig,
  logger: Logger,
  tell: (line: string) => void,
): Promise<RunningSystem> {
  await requireTools()
  const services = new Map<string, KeptProcess>()
  const gateway = createGateway({
    isBehindProxy: config.TRUSTED_PROXIES > 0,
    portOf: async (name) => (await serviceOf(services, name)).whenReady(restartPatienceMs),
  })
  // The port comes first: if it is taken, nothing else has happened yet.
  await listen(gateway, config.PORT, config.HOST)
  const undo: (() => Promise<unknown>)[] = [() => closeServer(gateway, 500)]
  const stop = () => undoAll(undo)
  try {
    const data = await openDataFolder(config.DATA_DIR)
    undo.push(data.release)
    tell('Starting PostgreSQL and the ClickHouse engine…')
    const { stores, processes } = await startStores(config, data, logger)
    undo.push(() => stopTogether(processes, 4_000))
    tell('Starting the services…')
    await keepAll(Object.values(planPrograms(config, data, stores)), services, logger, undo)
    const transcoders = Array.from({ length: config.TRANSCODERS }, (_, index) =>
      planTranscoder(config, data, stores, index + 1),
    )
    await keepAll(transcoders, services, logger, undo)
    const localUrl = `http://127.0.0.1:${config.PORT}`
    undo.push(
      await writeRunningNote(data.path, {
        publicUrl: config.publicUrl,
        localUrl,
        ...stores,
      }),
    )
    return {
      greeting: () => greet(config, data.secrets.setupCode),
      processes: () => [...processes, ...services.values()],
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function serviceOf(services: Map<string, KeptProcess>, name: string): Promise<KeptProcess> {
  const service = services.get(name)
  if (!service) throw new StartError(`The ${name} is not started yet.`)
  return service
}

async function keepAll(
  plans: ProcessPlan[],
  services: Map<string, KeptProcess>,
  logger: Logger,
  undo: (() => Promise<unknown>)[],
): Promise<void> {
  const started: KeptProcess[] = []
  undo.push(() => stopTogether(started, 4_000))
  const results = await Promise.allSettled(
    plans.map(async (plan) => {
      const kept = await keepRunning(plan, logger)
      started.push(kept)
      services.set(plan.name, kept)
    }),
  )
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
}

/** Last started, first stopped: services let go of the stores before the stores end. */
async function undoAll(undo: (() => Promise<unknown>)[]): Promise<void> {
  for (const step of undo.splice(0).reverse()) await step()
}

async function stopTogether(processes: KeptProcess[], graceMs: number): Promise<void> {
  await Promise.all(processes.map((process) => process.stop(graceMs)))
}

async function greet(config: SystemConfig, setupCode: string): Promise<string> {
  const base = `http://127.0.0.1:${config.PORT}`
  const { isOpen } = (await fetch(`${base}/api/setup`).then((answer) => answer.json())) as { isOpen: boolean }
  const way = isOpen
    ? `Become the first admin (this link works once): ${config.publicUrl}/welcome/${setupCode}`
    : `Sign in: ${config.publicUrl}/sign-in`
  return `\nQQVideo is ready: ${config.publicUrl}\n${way}\nCtrl-C stops everything; your data is in ${config.DATA_DIR}\n`
}
