import type { ClickHouseClient } from '@clickhouse/client'
import type { Catalog } from '#catalog/open-catalog.ts'
import type { Logger } from '../../services/program/logger.ts'
import type { ViewsConfig } from './config.ts'

/** What the tasks work with; made once at the start and handed down. */
export interface Context {
  config: ViewsConfig
  logger: Logger
  catalog: Catalog
  clickhouse: ClickHouseClient
}
