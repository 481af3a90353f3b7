import { z } from 'zod'
import { logLevel, port, readConfig } from '../../../services/program/read-config.ts'

const schema = z.object({
  /** Where the cluster lives; made on the first start. */
  POSTGRES_FOLDER: z.string().min(1),
  /** Of the superuser `qqvideo`; only connections from this machine are accepted at all. */
  POSTGRES_PASSWORD: z.string().min(8),
  POSTGRES_PORT: port,
  /** How many connections it accepts at once. */
  POSTGRES_CONNECTIONS: z.coerce.number().int().min(10),
  LOG_LEVEL: logLevel,
})

export function postgresConfig() {
  const config = readConfig(schema, process.env)
  return {
    folder: config.POSTGRES_FOLDER,
    password: config.POSTGRES_PASSWORD,
    port: config.POSTGRES_PORT,
    connections: config.POSTGRES_CONNECTIONS,
    logLevel: config.LOG_LEVEL,
  }
}
