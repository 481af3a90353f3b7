import { fileURLToPath } from 'node:url'
import { type StartedProcess, startProcess } from '../../supervisor/start-process.ts'
import { threadsNeeded } from './limits.ts'
import { clickhouseDatabase, clickhouseUser } from './names.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

// Gives memory back half a second after a query instead of ten: measured a fifth less under load, some less when idle.
const allocator = 'narenas:4,dirty_decay_ms:500,muzzy_decay_ms:0,background_thread:true'

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
    // The JavaScript of this process only hands things on.
    nodeOptions: ['--max-semi-space-size=2', '--v8-pool-size=1'],
    environment: {
      PATH: process.env.PATH ?? '',
      JE_MALLOC_CONF: allocator,
      UV_THREADPOOL_SIZE: String(threadsNeeded),
      CLICKHOUSE_FOLDER: options.folder,
      CLICKHOUSE_PASSWORD: options.password,
      CLICKHOUSE_PORT: String(options.port ?? 0),
      ...options.environment,
    },
    onLine: options.onLine ?? (() => {}),
  })
  const url = `http://${clickhouseUser}:${encodeURIComponent(options.password)}@127.0.0.1:${started.port}/${clickhouseDatabase}`
  return { ...started, url }
}
