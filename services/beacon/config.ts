import { z } from 'zod'
import { logLevel, port, readConfig, signingKeys } from '../program/read-config.ts'
import { killPoints } from './kill-points.ts'

const schema = z.object({
  PORT: port.default(8083),
  HOST: z.string().default('127.0.0.1'),
  CLICKHOUSE_URL: z.url(),
  /** The keys that the api signs play tokens with. */
  SIGNING_KEYS: signingKeys,
  /** Where beacons wait on disk until ClickHouse has them; one folder per collector, on a disk of its own machine. */
  SPOOL_FOLDER: z.string().default('data/spool'),
  /** How much may wait there, in bytes; beyond it players are told to come back later. 2 GB hold about 6 million beacons. */
  SPOOL_MAX_BYTES: z.coerce
    .number()
    .int()
    .positive()
    .default(2 * 1024 ** 3),
  /** For fault tests only: a step and the how-manyeth passing of it that ends the process, such as `sync:17`. */
  KILL_AT: z
    .string()
    .regex(new RegExp(`^(${killPoints.join('|')}):[1-9]\\d*$`))
    .optional(),
  LOG_LEVEL: logLevel,
})

export type BeaconConfig = z.output<typeof schema>

export function beaconConfig(): BeaconConfig {
  return readConfig(schema, process.env)
}
