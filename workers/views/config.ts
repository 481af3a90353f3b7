import { z } from 'zod'
import { logLevel, readConfig } from '../../services/program/read-config.ts'

const schema = z.object({
  DATABASE_URL: z.string().min(1),
  CLICKHOUSE_URL: z.url(),
  /** Where people reach the site: links in alerts are made for it. */
  PUBLIC_URL: z.url().default('http://localhost:8080'),
  LOG_LEVEL: logLevel,
})

export type ViewsConfig = z.output<typeof schema>

export function viewsConfig(): ViewsConfig {
  return readConfig(schema, process.env)
}
