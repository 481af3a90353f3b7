import { createServer } from 'node:http'
import { createClient } from '@clickhouse/client'
import { openCatalog } from '#catalog/open-catalog.ts'
import { openStorage } from '#storage/open-storage.ts'
import { closeServer, listen } from '../program/listen.ts'
import { createLogger } from '../program/logger.ts'
import type { RunningProgram } from '../program/run-program.ts'
import { createAccounts } from './accounts/accounts.ts'
import type { ApiConfig } from './config.ts'
import type { Context } from './context.ts'
import { createApp } from './create-app.ts'
import { createResumableUploads } from './uploads/resumable.ts'

/** Opens the stores, finishes what a former process left, and serves. */
export async function startApi(config: ApiConfig): Promise<RunningProgram> {
  const logger = createLogger('api', config.LOG_LEVEL)
  const catalog = await openCatalog({
    databaseUrl: config.DATABASE_URL,
    onError: (error) => logger.warn({ err: error }, 'database connection'),
  })
  const storage = await openStorage(config.STORAGE_URL)
  const clickhouse = createClient({ url: config.CLICKHOUSE_URL, request_timeout: 30_000 })
  const accounts = createAccounts(catalog, config)
  const context: Context = { config, logger, catalog, clickhouse, storage, accounts }

  const resumable = await createResumableUploads(context)
  await resumable.recover().catch((error) => logger.error({ err: error }, 'could not recover unfinished uploads'))

  const server = createServer()
  // A big upload on a slow line may take hours; what ends a connection is silence, not length.
  server.requestTimeout = 0
  server.timeout = 120_000
  const port = await listen(server, config.PORT, config.HOST)
  server.on('request', await createApp(context, resumable, `http://${config.HOST}:${port}`))

  return {
    port,
    async stop() {
      await closeServer(server)
      await Promise.all([catalog.close(), clickhouse.close(), storage.close()])
    },
  }
}
