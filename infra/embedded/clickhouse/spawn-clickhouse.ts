import { fileURLToPath } from 'node:url'
import { type StartedProcess, startProcess } from '../../supervisor/start-process.ts'
import { threadsNeeded } from './limits.ts'
import { clickhouseDatabase, clickhouseUser } from './names.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

/** Runs ClickHouse in a process of its own; the URL is what `CLICKHOUSE_URL` would hold. */
export async function spawnClickHouse(options: {
  folder: string
  password: string
  /** 0, the default, takes a free one. */
  port?: number
  environment?: Record<string, string>
  onLine?: (line: string) => void
}): Promise<StartedProcess & { url: string }> {
  const started = await startProcess({
    name: 'ClickHouse',
    program,
    environment: {
      ...options.environment,
      PATH: process.env.PATH ?? '',
      UV_THREADPOOL_SIZE: String(threadsNeeded),
      CLICKHOUSE_FOLDER: options.folder,
      CLICKHOUSE_PASSWORD: options.password,
      CLICKHOUSE_PORT: String(options.port ?? 0),
    },
    onLine: options.onLine ?? (() => {}),
  })
  const url = `http://${clickhouseUser}:${encodeURIComponent(options.password)}@127.0.0.1:${started.port}/${clickhouseDatabase}`
  return { ...started, url }
}
