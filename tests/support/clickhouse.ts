import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { clickhouseUrl, planClickHouse } from '../../infra/embedded/clickhouse/plan-clickhouse.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'

export interface TestClickHouse {
  /** As `CLICKHOUSE_URL` would have it; stays the same after a restart. */
  url: string
  client: ClickHouseClient
  readonly pid: number
  /** Where its data is. */
  folder: string
  /** SIGKILL: what a crash or the machine's memory killer would do. */
  kill(): Promise<void>
  /** Starts it again on the same folder and port, after a kill or a graceful stop. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** The real embedded ClickHouse in a process of its own, in a temporary folder; `stop` leaves nothing behind. */
export async function startClickHouse(options: { folder?: string; wrapper?: string[] } = {}): Promise<TestClickHouse> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'qqvideo-clickhouse-')))
  const start = (port?: number) =>
    spawnClickHouse({ folder, password: 'for-this-test-only', port, wrapper: options.wrapper })
  let server = await start()
  const port = server.port
  const client = createClient({ url: server.url, log: { level: ClickHouseLogLevel.OFF } })

  async function kill(): Promise<void> {
    process.kill(server.pid, 'SIGKILL')
    await server.exited
  }

  return {
    url: server.url,
    client,
    folder,
    get pid() {
      return server.pid
    },
    kill,
    async restart() {
      await server.stop()
      server = await start(port)
    },
    async stop() {
      await client.close()
      await server.stop()
      if (!options.folder) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Runs the program on a folder; 0, the default, takes a free port. */
export async function spawnClickHouse(options: {
  folder: string
  password: string
  port?: number
  environment?: Record<string, string>
  /** Words put before the command. */
  wrapper?: string[]
}): Promise<StartedProcess & { url: string }> {
  const { folder, password, port = 0, environment, wrapper } = options
  const inherited = { PATH: process.env.PATH ?? '', ...environment }
  const plan = planClickHouse({ folder, password, port, inherited })
  const started = await startProcess({ ...plan, ...(wrapper && { wrapper }), onLine: () => {} })
  return { ...started, url: clickhouseUrl(started.port ?? 0, password) }
}
