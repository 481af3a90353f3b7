import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'
import { type EmbedHealth, type HealthRow, viewsFilterSchema } from '#contract/views.ts'
import { askCells } from './ask-cells.ts'
import { type Chosen, readQuery } from './ask-plays.ts'
import { fixesOf } from './embed-fixes.ts'
import { type QualityColumns, toPlayQuality } from './play-counts.ts'
import { readOffset, writeOffset } from './row-cursor.ts'

/** `GET …/views/health`. */
export const healthQuerySchema = viewsFilterSchema.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

/** What the pages forbid the player and how well it plays there, one row per page. */
export async function readHealth(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  wanted: { cursor?: string | undefined; limit: number },
): Promise<EmbedHealth> {
  const offset = readOffset(wanted.cursor)
  const parameters = { wanted: { by: 'page' as const, hasWhole: false, columns: summed }, offset, limit: wanted.limit }
  const rows = await askCells<HealthColumns>(clickhouse, query, chosen, parameters)
  const total = rows[0]?.total ?? 0
  const shown = offset + rows.length
  return { rows: rows.map(toRow), total, next: shown < total ? writeOffset(shown) : null }
}

const query = readQuery('health.sql')

const summed = [
  ...['loads', 'starts', 'watched_ms', 'fullscreen_blocked', 'autoplay_blocked', 'sandboxed', 'too_small', 'failed'],
  ...['startups', 'stalled', 'stall_ms'],
]

interface HealthColumns extends QualityColumns {
  site: string
  page: string
  fullscreenBlocked: number
  autoplayBlocked: number
  sandboxed: number
  tooSmall: number
  total: number
}

function toRow(row: HealthColumns): HealthRow {
  const { site, page, loads, starts, fullscreenBlocked, autoplayBlocked, sandboxed, tooSmall, failed } = row
  const counts = { site, page, loads, starts, fullscreenBlocked, autoplayBlocked, sandboxed, tooSmall, errors: failed }
  return { ...counts, quality: toPlayQuality(row), fixes: fixesOf(counts) }
}
