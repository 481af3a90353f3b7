import { fileURLToPath } from 'node:url'
import type { ProcessPlan } from '../../supervisor/start-process.ts'
import { threadsNeeded } from './limits.ts'
import { clickhouseDatabase, clickhouseUser } from './names.ts'

// Gives memory back half a second after a query instead of ten: measured a fifth less under load, some less when idle.
const allocator = 'narenas:4,dirty_decay_ms:500,muzzy_decay_ms:0,background_thread:true'

interface ClickHousePlan {
  folder: string
  password: string
  /** 0 takes a free one. */
  port: number
  /** What the process gets of our surroundings; PATH at least. */
  inherited: Record<string, string>
}

/** How ClickHouse is run in a process of its own. */
export function planClickHouse({ folder, password, port, inherited }: ClickHousePlan): ProcessPlan {
  return {
    name: 'ClickHouse',
    program: fileURLToPath(new URL('./main.ts', import.meta.url)),
    // The JavaScript of this process only hands things on.
    nodeOptions: ['--max-semi-space-size=2', '--v8-pool-size=1'],
    environment: {
      JE_MALLOC_CONF: allocator,
      UV_THREADPOOL_SIZE: String(threadsNeeded),
      CLICKHOUSE_FOLDER: folder,
      CLICKHOUSE_PASSWORD: password,
      CLICKHOUSE_PORT: String(port),
      ...inherited,
    },
  }
}

/** What `CLICKHOUSE_URL` would hold. */
export function clickhouseUrl(port: number, password: string): string {
  return `http://${clickhouseUser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${clickhouseDatabase}`
}
