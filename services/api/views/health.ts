import type { ClickHouseClient } from '@clickhouse/client'
import { z } from 'zod'
import type { EmbedHealth, HealthRow } from '#contract/embed-health.ts'
import { viewsFilterSchema } from '#contract/views.ts'
import { askCells } from './ask-cells.ts'
import { ask, type Chosen, readQuery } from './ask-plays.ts'
import { fixesOf } from './embed-fixes.ts'
import { withPlan } from './plan.ts'
import { planCells, type Sums } from './plan-sums.ts'
import { type QualityColumns, toPlayQuality } from './play-counts.ts'
import { isSummedUp, mostNamed } from './rank-rows.ts'
import { readOffset, writeOffset } from './row-cursor.ts'

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
  const isRanked = isSummedUp(chosen, 'page') && wanted.limit <= mostNamed
  const rows = isRanked ? await readRanked() : await readAtOnce()
  const total = rows[0]?.total ?? 0
  const shown = offset + rows.length
  return { rows: rows.map(toHealthRow), total, next: shown < total ? writeOffset(shown) : null }

  /** First the pages are found that are shown, then their histograms are read. */
  async function readRanked(): Promise<HealthPage[]> {
    const cells = { by: 'page', hasWhole: false, columns: [...forTrouble] } as const
    const { reading, sumsOf } = await planCells(clickhouse, chosen, cells)
    const ranked = await askPage<Named>(rankQuery, sumsOf(reading))
    if (ranked.length === 0) return []
    const only = ranked.map(({ page, site }) => ({ value: page, site }))
    const given = { wanted: { ...cells, columns: summed, only }, joins: { keys: ['site', 'page'] } } as const
    const found = await askCells<HealthColumns>(clickhouse, query, chosen, given)
    const byName = new Map(found.map((row) => [nameOf(row), row]))
    return ranked.flatMap(({ total, ...name }) => {
      const row = byName.get(nameOf(name))
      return row ? [{ ...row, total }] : []
    })
  }

  async function readAtOnce(): Promise<HealthPage[]> {
    return askPage<HealthColumns>(query, await planPages(clickhouse, chosen))
  }

  function askPage<Row>(rowsQuery: string, { sql, parameters }: Sums): Promise<(Row & { total: number })[]> {
    const paged = `WITH cells AS (\n${sql})
SELECT pages.*, count() OVER () AS total
FROM (\n${rowsQuery}) AS pages
${order}
LIMIT {offset:UInt32}, {limit:UInt32}`
    return ask(clickhouse, paged, { ...parameters, offset, limit: wanted.limit })
  }
}

/** The query of all pages, in their order. */
export async function planHealth(clickhouse: ClickHouseClient, chosen: Chosen): Promise<Sums> {
  const { sql, parameters } = await planPages(clickhouse, chosen)
  return { sql: `WITH cells AS (\n${sql})\n${query}\n${order}`, parameters }
}

async function planPages(clickhouse: ClickHouseClient, chosen: Chosen): Promise<Sums> {
  const { reading, sumsOf } = await planCells(clickhouse, chosen, { by: 'page', hasWhole: false, columns: summed })
  return sumsOf(reading)
}

const query = readQuery('health.sql')
const rankQuery = readQuery('health-rank.sql')

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
  return JSON.stringify([site, page])
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
