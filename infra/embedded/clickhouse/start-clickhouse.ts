import { join, resolve } from 'node:path'
import type { Session } from 'chdb'
import { closeServer, listen } from '../../../services/program/listen.ts'
import type { Logger } from '../../../services/program/logger.ts'
import type { ClickHouseConfig } from './config.ts'
import { Connection, readFreshSettings } from './connection.ts'
import { ConnectionPool } from './connection-pool.ts'
import { createClickHouseServer } from './create-server.ts'
import { openEngine } from './engine.ts'
import { openExchange } from './exchange.ts'
import { createKiller } from './killer.ts'
import { connections, waitingRequests } from './limits.ts'
import { clickhouseDatabase } from './names.ts'
import { quoteName } from './quote.ts'

/**
 * Starts the engine on the folder and serves it; `onLost` is called when the engine can't go on without a new process.
 * Throws a StartError when the folder or the port is taken.
 */
export async function startClickHouse(
  config: ClickHouseConfig,
  logger: Logger,
  onLost: () => void = () => {},
): Promise<{ port: number; stop(): Promise<void> }> {
  const folder = resolve(config.folder)
  const engine = await openEngine(join(folder, 'engine'), config.memoryBytes)
  // After the engine, whose lock makes sure that no other process of ours uses these files.
  const exchange = await openExchange(join(folder, 'exchange'))
  const fresh = await prepareEngine(engine.control)
  const pool = new ConnectionPool({
    connect: () => new Connection(engine.connect(), fresh),
    size: connections,
    queueLength: waitingRequests,
  })
  const kill = createKiller(engine.control)
  const { password, insertBytes } = config
  const server = createClickHouseServer({ pool, exchange, kill, password, insertBytes, onLost, logger })
  const port = await listen(server, config.port, config.host)
  logger.info({ port, folder }, 'ClickHouse serves')
  return {
    port,
    async stop() {
      await closeServer(server)
      await pool.close()
      await engine.close()
    },
  }
}

/** Atomic, since the engine's default kind of database lacks RENAME, EXCHANGE and refreshable views. */
async function prepareEngine(session: Session): Promise<Map<string, string>> {
  await session.queryAsync(`CREATE DATABASE IF NOT EXISTS ${quoteName(clickhouseDatabase)} ENGINE = Atomic`)
  return readFreshSettings(session)
}
