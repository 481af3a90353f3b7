import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'
import type { EmbedHealth, HealthRow } from '#contract/embed-health.ts'
import { viewsFilterSchema } from '#contract/views.ts'
import { type Chosen, readQuery } from './ask-plays.ts'
import { askParts, askWhole } from './ask-sums.ts'
import { fixesOf } from './embed-fixes.ts'
import { withPlan } from './plan.ts'
import { planCells, questionOf, type Sums } from './plan-sums.ts'
import { type QualityColumns, toPlayQuality } from './play-counts.ts'
import { canRank } from './rank-rows.ts'
import { readOffset, writeOffset } from './row-cursor.ts'
import { keyOf, type RowName } from './row-name.ts'

/** `GET …/views/health`. */
export const healthQuerySchema = viewsFilterSchema.extend({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

/** What the pages forbid the player and how well it plays there, one row per page. */
export async function readHealth(
  clickhouse: ClickHouseClient,
  unplanned: Chosen,
  wanted: { cursor?: string | undefined; limit: number },
): Promise<EmbedHealth> {
  const chosen = await withPlan(clickhouse, unplanned)
  const offset = readOffset(wanted.cursor)
  const isRanked = await canRank(clickhouse, chosen, { by: 'page', limit: wanted.limit })
  const rows = isRanked ? await readRanked() : await askPage<HealthColumns>(query, summed)
  const total = rows[0]?.total ?? 0
  const shown = offset + rows.length
  return { rows: rows.map(toHealthRow), total, next: shown < total ? writeOffset(shown) : null }

  /** First the pages are found that are shown, then their histograms are read. */
  async function readRanked(): Promise<HealthPage[]> {
    const ranked = await askPage<Named>(troubleQuery, forTrouble)
    const only = ranked.map(({ page, site }) => ({ value: page, site }))
    const cells = await planPages(clickhouse, chosen, summed, only)
    const joins = { keys: ['site', 'page'] } as const
    const found = only.length > 0 ? await askParts<HealthColumns>(clickhouse, cells, query, { joins }) : []
    const byName = new Map(found.map((row) => [nameOf(row), row]))
    return ranked.flatMap(({ total, ...name }) => {
      const row = byName.get(nameOf(name))
      return row ? [{ ...row, total }] : []
    })
  }

  async function askPage<Row>(rowsQuery: string, columns: readonly string[]): Promise<(Row & { total: number })[]> {
    const paged = `SELECT pages.*, count() OVER () AS total
FROM (\n${rowsQuery}) AS pages
${order}
LIMIT {offset:UInt32}, {limit:UInt32}`
    return askWhole(clickhouse, await planPages(clickhouse, chosen, columns), paged, { offset, limit: wanted.limit })
  }
}

/** The query of all pages, in their order. */
export async function planHealth(clickhouse: ClickHouseClient, chosen: Chosen): Promise<Sums> {
  return questionOf(await planPages(clickhouse, chosen, summed), `${query}\n${order}`)
}

function planPages(clickhouse: ClickHouseClient, chosen: Chosen, columns: readonly string[], only?: RowName[]) {
  return planCells(clickhouse, chosen, { by: 'page', hasWhole: false, columns, ...(only ? { only } : {}) })
}

/** What the order of pages is made of, and the rest of their numbers. */
const troubleQuery = readQuery('health.sql')
const query = troubleQuery.replace(
  '/*more*/',
  `,
  sum(cells.starts) AS starts,
  sum(cells.watched_ms) AS watchedMs,
  sumMap(cells.startups) AS startups,
  sum(cells.stalled) AS stalled,
  sum(cells.stall_ms) AS stallMs`,
)

// Those where most loads are in trouble first.
const order =
  'ORDER BY greatest(fullscreenBlocked, autoplayBlocked, sandboxed, tooSmall, failed) DESC, loads DESC, site, page'

const forTrouble = ['loads', 'fullscreen_blocked', 'autoplay_blocked', 'sandboxed', 'too_small', 'failed']
const summed = [...forTrouble, 'starts', 'watched_ms', 'startups', 'stalled', 'stall_ms']

interface Named {
  site: string
  page: string
}

function nameOf({ site, page }: Named): string {
  return keyOf({ value: page, site })
}

type HealthPage = HealthColumns & { total: number }

export interface HealthColumns extends QualityColumns {
  site: string
  page: string
  fullscreenBlocked: number
  autoplayBlocked: number
  sandboxed: number
  tooSmall: number
}

export function toHealthRow(row: HealthColumns): HealthRow {
  const { site, page, loads, starts, fullscreenBlocked, autoplayBlocked, sandboxed, tooSmall, failed } = row
  const counts = { site, page, loads, starts, fullscreenBlocked, autoplayBlocked, sandboxed, tooSmall, errors: failed }
  return { ...counts, quality: toPlayQuality(row), fixes: fixesOf(counts) }
}
