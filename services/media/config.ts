import { z } from 'zod'
import { logLevel, port, readConfig, signingKeys, wholeFrom } from '../program/read-config.ts'

const schema = z.object({
  PORT: port.default(8082),
  HOST: z.string().default('127.0.0.1'),
  /** Where the videos are: disk:///folder or s3://bucket/prefix?endpoint=… Reading is enough here. */
  STORAGE_URL: z.string().min(1),
  /** Verifies media tokens; the same as the API signs with. */
  SIGNING_KEYS: signingKeys,
  /** Where the collector is reached (`/beacon/deliveries` below it); without it deliveries are not told to anybody. */
  BEACON_URL: z.url().optional(),
  /** Where deliveries wait on disk until the collector has them; a folder for each process. */
  DELIVERIES_FOLDER: z.string().default('data/deliveries'),
  /** Memory for segments that many people watch, in MiB. */
  CACHE_MB: wholeFrom(1, 65_536).default(64),
  LOG_LEVEL: logLevel,
})

export type MediaConfig = z.output<typeof schema>

export function mediaConfig(): MediaConfig {
  return readConfig(schema, process.env)
}
