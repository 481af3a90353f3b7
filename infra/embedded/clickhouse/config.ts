import { z } from 'zod'
import { logLevel, port, readConfig } from '../../../services/program/read-config.ts'
import { threadsNeeded } from './limits.ts'

const schema = z.object({
  /** Where the tables live; made on the first start. */
  CLICKHOUSE_FOLDER: z.string().min(1),
  CLICKHOUSE_PORT: port.default(0),
  CLICKHOUSE_HOST: z.string().min(1).default('127.0.0.1'),
  /** Of the user `qqvideo`. Without one everybody who reaches the port may do everything. */
  CLICKHOUSE_PASSWORD: z.string().min(8).optional(),
  /** What the whole process may use at most; a query that would need more is refused. */
  CLICKHOUSE_MEMORY_BYTES: z.coerce.number().int().min(500_000_000).default(1_500_000_000),
  /** The largest body of one insert, after decompression; it is kept on disk, not in memory, while it arrives. */
  CLICKHOUSE_INSERT_BYTES: z.coerce
    .number()
    .int()
    .min(1)
    .default(256 * 1024 * 1024),
  /** Read by Node before any of our code runs, so only whoever starts the process can set it. */
  UV_THREADPOOL_SIZE: z.coerce
    .number()
    .int()
    .default(4)
    .refine((threads) => threads >= threadsNeeded, `start this process with at least ${threadsNeeded}`),
  LOG_LEVEL: logLevel,
})

export interface ClickHouseConfig {
  folder: string
  port: number
  host: string
  password?: string | undefined
  memoryBytes: number
  insertBytes: number
}

export function clickhouseConfig(): ClickHouseConfig & { logLevel: z.infer<typeof logLevel> } {
  const config = readConfig(schema, process.env)
  return {
    folder: config.CLICKHOUSE_FOLDER,
    port: config.CLICKHOUSE_PORT,
    host: config.CLICKHOUSE_HOST,
    password: config.CLICKHOUSE_PASSWORD,
    memoryBytes: config.CLICKHOUSE_MEMORY_BYTES,
    insertBytes: config.CLICKHOUSE_INSERT_BYTES,
    logLevel: config.LOG_LEVEL,
  }
}
