import { createServer } from 'node:http'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { lossOf } from '#catalog/database-loss.ts'
import { openCatalog } from '#catalog/open-catalog.ts'
import { openStorage } from '#storage/open-storage.ts'
import { closeServer, listen } from '../program/listen.ts'
import { createLogger } from '../program/logger.ts'
import { reach } from '../program/reach.ts'
import type { RunningProgram } from '../program/run-program.ts'
import { createAccounts } from './accounts/accounts.ts'
import type { ApiConfig } from './config.ts'
import type { Context } from './context.ts'
import { createApp } from './create-app.ts'
import { createSightings } from './discovery/sightings.ts'
import { createImports } from './imports/imports.ts'
import { createPageTitles } from './page-titles/page-titles.ts'
import { openPlace } from './uploads/open-place.ts'
import { createResumableUploads } from './uploads/resumable.ts'

// A server that is never started again cleans up as well.
const tidyEveryMs = 60 * 60 * 1000

/** Opens the stores, finishes what a former process left, and serves. */
export async function startApi(config: ApiConfig): Promise<RunningProgram> {
  const logger = createLogger('api', config.LOG_LEVEL, { lossOf })
  const onError = (error: unknown) => logger.warn({ err: error }, 'database connection')
  const catalog = await reach('The database (DATABASE_URL)', openCatalog({ databaseUrl: config.DATABASE_URL, onError }))
  const storage = await reach('The storage (STORAGE_URL)', openStorage(config.STORAGE_URL))
  // What fails is told by whoever asked; the client's own lines are many and no JSON.
  const clickhouse = createClient({
    url: config.CLICKHOUSE_URL,
    request_timeout: 30_000,
    log: { level: ClickHouseLogLevel.OFF },
  })
  const accounts = createAccounts(catalog, config, logger)
  const sightings = createSightings({ database: catalog.database, logger })
  const pageTitles = createPageTitles({ database: catalog.database, logger })
  const place = await openPlace({ config, storage })
  const imports = createImports({ config, logger, catalog, storage }, place)
  const context: Context = { config, logger, catalog, clickhouse, storage, accounts, sightings, pageTitles, imports }

  const resumable = createResumableUploads(context, place)
  const tidy = async () => {
    await resumable.recover().catch((error) => logger.error({ err: error }, 'could not recover unfinished uploads'))
  }
  const server = createServer()
  // A big upload on a slow line may take hours; what ends a connection is silence, not length.
  server.requestTimeout = 0
  server.timeout = 120_000
  const port = await listen(server, config.PORT, config.HOST)
  server.on('request', await createApp(context, resumable, `http://${config.HOST}:${port}`))

  // Beside serving: a bucket with a hundred thousand files is long to go through, and who asks for one of them finishes it.
  let tidying = tidy()
  const tidyTimer = setInterval(() => {
    tidying = tidying.then(tidy)
  }, tidyEveryMs)

  return {
    port,
    async stop() {
      clearInterval(tidyTimer)
      await closeServer(server)
      await Promise.all([sightings.stop(), pageTitles.stop(), imports.stop()])
      await Promise.all([catalog.close(), clickhouse.close(), storage.close()])
    },
  }
}
