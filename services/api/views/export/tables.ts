import type { ClickHouseClient } from '@clickhouse/client'
import type { Catalog } from '#catalog/open-catalog.ts'
import { AppError } from '#contract/errors.ts'
import {
  breakdownQuerySchema,
  type ExportTable,
  exportTables,
  retentionQuerySchema,
  viewsFilterSchema,
} from '#contract/views.ts'
import { titlesFor } from '../../page-titles/titles-for.ts'
import { hidesLive } from '../hide-live.ts'
import { narrowFilter } from '../narrow-filter.ts'
import { readNotCounted } from '../not-counted.ts'
import { readRetention } from '../retention.ts'
import { readTimeline } from '../timeline.ts'
import type { Asked } from '../views-subject.ts'
import { allBreakdownRows, allHealthRows } from './all-rows.ts'
import {
  breakdownColumns,
  curvesToParts,
  healthColumns,
  playColumns,
  reasonColumns,
  retentionColumns,
  timelineColumns,
} from './columns.ts'
import { readPlays } from './plays.ts'
import { type ExportedTable, tableOf } from './table.ts'

export interface ExportRequest {
  table: string
  query: unknown
  asked: Asked
  nowMs: number
  signal: AbortSignal
}

export interface Stores {
  clickhouse: ClickHouseClient
  catalog: Catalog
}

/** The rows that the page shows with the same query, all of them. Throws `not_found` for a table that there is not. */
export async function openTable({ clickhouse, catalog }: Stores, request: ExportRequest): Promise<ExportedTable> {
  const { asked, query, nowMs, signal } = request
  const table = requireTable(request.table, asked)
  const filter = narrowFilter(viewsFilterSchema.parse(query), asked.forced)
  const chosen = { videoIds: asked.videoIds, filter }
  switch (table) {
    case 'timeline':
      return tableOf(timelineColumns, (await readTimeline(clickhouse, chosen, nowMs)).points)
    case 'retention': {
      const curves = await readRetention(clickhouse, chosen, retentionQuerySchema.parse(query).sites)
      return { ...tableOf(retentionColumns, curvesToParts(curves)), objects: tableOf([], curves).batches }
    }
    case 'not-counted':
      return tableOf(reasonColumns, (await readNotCounted(clickhouse, chosen)).reasons)
    case 'health':
      return tableOf(healthColumns, allHealthRows(clickhouse, chosen, signal))
    case 'plays':
      return tableOf(playColumns, readPlays(clickhouse, chosen, signal))
    default: {
      const { sort, direction, search, values } = breakdownQuerySchema.parse(query)
      const titles = titlesFor(catalog, asked.videoIds, table)
      const wanted = await titles.search({ sort, direction, search, values })
      const given = { by: table, wanted, nowMs, isLiveHidden: hidesLive(asked, nowMs), signal }
      const rows = allBreakdownRows(clickhouse, chosen, given)
      return tableOf(breakdownColumns(table), titles.addToAll(rows))
    }
  }
}

/** One video is not told apart by videos. */
function requireTable(name: string, { subject }: Asked): ExportTable {
  const table = exportTables.find((known) => known === name)
  if (table && !(table === 'video' && subject.kind === 'video')) return table
  throw new AppError('not_found', `Export one of ${exportTables.join(', ')}.`)
}
