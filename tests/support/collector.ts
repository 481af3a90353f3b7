import { fileURLToPath } from 'node:url'
import { testKey } from '#support/plays.ts'
import { roomForGarbage } from '../../infra/programs.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'
import type { BeaconHealth } from '../../services/beacon/health.ts'

export interface CollectorOptions {
  clickhouseUrl: string
  /** Where its spool is. */
  folder: string
  /** Default: a free one. */
  port?: number
  logLevel?: 'silent' | 'warn'
  /** Such as `sync:17`; see the collector's kill-points.ts. */
  killAt?: string
  /** Words put before the command. */
  wrapper?: string[]
}

export interface TestCollector extends StartedProcess {
  health(): Promise<BeaconHealth>
}

/** The real collector in a process of its own, as the system starts it; it takes what `testKey` signed. */
export async function startCollector(options: CollectorOptions): Promise<TestCollector> {
  const { clickhouseUrl, folder, port = 0, logLevel = 'silent', killAt, wrapper } = options
  const started = await startProcess({
    name: 'beacon',
    program: fileURLToPath(new URL('../../services/beacon/main.ts', import.meta.url)),
    wrapper,
    nodeOptions: roomForGarbage,
    environment: {
      PATH: process.env.PATH ?? '',
      PORT: String(port),
      CLICKHOUSE_URL: clickhouseUrl,
      SIGNING_KEYS: `${testKey.id}:${testKey.secret}`,
      SPOOL_FOLDER: folder,
      LOG_LEVEL: logLevel,
      ...(killAt && { KILL_AT: killAt }),
    },
  })
  return { ...started, health: () => readCollectorHealth(started.port) }
}

/** Answered with 200 while it keeps beacons and with 503 while it refuses them. */
export async function readCollectorHealth(port: number | undefined): Promise<BeaconHealth> {
  const answer = await fetch(`http://127.0.0.1:${port}/beacon/health`)
  const health = (await answer.json()) as BeaconHealth
  if (answer.ok !== health.ready) throw new Error(`${answer.status} and ready: ${health.ready} at once`)
  return health
}
