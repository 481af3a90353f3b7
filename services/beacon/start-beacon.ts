import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { closeServer, listen } from '../program/listen.ts'
import { createLogger } from '../program/logger.ts'
import type { RunningProgram } from '../program/run-program.ts'
import { verifyForgetOrder } from '../tokens/signed-token.ts'
import { createBeaconServer } from './beacon-server.ts'
import type { BeaconConfig } from './config.ts'
import { acceptDeliveries } from './deliveries/accept-deliveries.ts'
import { type Drainer, startDrainer } from './drain/drainer.ts'
import { createInsertRows } from './drain/insert-rows.ts'
import type { BeaconHealth } from './health.ts'
import { createKillPoints } from './kill-points.ts'
import { nextBeaconS } from './next-beacon.ts'
import { rowVersion } from './play-row.ts'
import { createTokenReader } from './play-tokens.ts'
import { openSpool, type Spool } from './spool/spool.ts'

/** Starts the collector; it serves whether or not ClickHouse is there. */
export async function startBeacon(config: BeaconConfig): Promise<RunningProgram & { port: number }> {
  const logger = createLogger('beacon', config.LOG_LEVEL)
  const pass = createKillPoints(config.KILL_AT)
  const spool = await openSpool({ folder: config.SPOOL_FOLDER, rowVersion, maxBytes: config.SPOOL_MAX_BYTES, pass })
  const clickhouse = connect(config.CLICKHOUSE_URL)
  const drainer = startDrainer({ spool, insert: createInsertRows(clickhouse, logger), logger, pass })
  const refused: BeaconHealth['refused'] = {}
  const server = createBeaconServer({
    readToken: createTokenReader(config.SIGNING_KEYS),
    spool,
    logger,
    pass,
    nextBeaconS: () => nextBeaconS({ waitingBytes: spool.waitingBytes(), maxBytes: config.SPOOL_MAX_BYTES }),
    forget: (order) => spool.forget(verifyForgetOrder(config.SIGNING_KEYS, order).videoIds),
    takeDeliveries: (report, receivedAtMs) => acceptDeliveries(spool, config.SIGNING_KEYS, report, receivedAtMs),
    refused: (code) => {
      refused[code] = (refused[code] ?? 0) + 1
    },
    health: () => ({ ...healthOf(spool, drainer, config.SPOOL_MAX_BYTES), refused }),
  })

  async function letGo(): Promise<void> {
    await spool.closeWriter()
    await drainer.stop(drainAtEndMs)
    await clickhouse.close()
    await spool.close()
  }

  try {
    const port = await listen(server, config.PORT, config.HOST)
    logger.info({ port }, 'the collector takes beacons')
    return {
      port,
      async stop() {
        await closeServer(server)
        await letGo()
      },
    }
  } catch (error) {
    await letGo()
    throw error
  }
}

function connect(url: string): ClickHouseClient {
  // Failures are told by the drainer, once per outage and not once per attempt.
  return createClient({ url, application: 'qqvideo-beacon', log: { level: ClickHouseLogLevel.OFF } })
}

// Together with the requests in flight this stays below the time after which a stopping program is cut off.
const drainAtEndMs = 3_000

function healthOf(spool: Spool, drainer: Drainer, maxBytes: number): Omit<BeaconHealth, 'refused'> {
  const { lastError, ...drained } = drainer.status()
  const waitingBytes = spool.waitingBytes()
  const refusal = waitingBytes >= maxBytes ? 'The spool is full.' : spool.lastRefusal()
  return {
    ready: refusal === null,
    reason: refusal,
    spool: { waitingBytes, maxBytes },
    lastDrainError: lastError,
    ...drained,
  }
}
