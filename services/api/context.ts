import type { ClickHouseClient } from '@clickhouse/client'
import type { Catalog } from '#catalog/open-catalog.ts'
import type { Storage } from '#storage/storage.ts'
import type { Logger } from '../program/logger.ts'
import type { Accounts } from './accounts/accounts.ts'
import type { ApiConfig } from './config.ts'
import type { Sightings } from './discovery/sightings.ts'
import type { Imports } from './imports/imports.ts'
import type { PageTitles } from './page-titles/page-titles.ts'

/** What the deeds of this program work with; made once at the start and handed down. */
export interface Context {
  config: ApiConfig
  logger: Logger
  catalog: Catalog
  clickhouse: ClickHouseClient
  storage: Storage
  accounts: Accounts
  /** Counts who came to a video without playing it. */
  sightings: Sightings
  /** Keeps what pages around players call themselves. */
  pageTitles: PageTitles
  /** Fetches files from addresses of the web. */
  imports: Imports
}
