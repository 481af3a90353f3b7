import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemConfig } from '../../infra/config.ts'
import { freePort } from '../../infra/free-port.ts'
import { type RunningSystem, startSystem } from '../../infra/start-system.ts'
import { createLogger } from '../../services/program/logger.ts'
import { prepareDataFolder } from './postgres-template.ts'

export interface TestSystem {
  /** http://localhost:PORT, as a visitor would type it. */
  url: string
  port: number
  dataFolder: string
  system: RunningSystem
  /** SIGKILL to a program by the beginning of its name; resolves when its successor serves. */
  killAndWait(name: string): Promise<void>
  stop(): Promise<void>
}

/** The whole system, as `npm start` runs it, on a free port and in a temporary folder. */
export async function startTestSystem(settings: Partial<NodeJS.ProcessEnv> = {}): Promise<TestSystem> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'qqvideo-system-'))
  await prepareDataFolder(dataFolder)
  const port = await freePort()
  const config = {
    ...systemConfig({
      PATH: process.env.PATH,
      // Each tries at its start what the machine offers; most tests need one.
      TRANSCODERS: '1',
      ...settings,
      PORT: String(port),
      DATA_DIR: dataFolder,
      LOG_LEVEL: 'error',
    }),
  }
  const system = await startSystem(config, createLogger('system', 'error'), () => {})
  return {
    url: `http://localhost:${port}`,
    port,
    dataFolder,
    system,
    async killAndWait(name) {
      const kept = system.processes().find((process) => process.name.startsWith(name))
      const current = kept?.current()
      if (!kept || !current) throw new Error(`no ${name} is running`)
      process.kill(current.pid, 'SIGKILL')
      await current.exited
      await kept.whenReady(60_000)
    },
    async stop() {
      await system.stop()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
