import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import type { ViewsFilter } from '#contract/views.ts'

/** Which plays a question is about. */
export interface Chosen {
  videoId: string
  filter: ViewsFilter
}

/** Reads a query file beside this one. */
export function readQuery(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

/** Runs a query that begins `FROM plays` over the chosen plays; all its 64-bit numbers come as numbers. */
export async function askPlays<Row>(
  clickhouse: ClickHouseClient,
  query: string,
  { videoId, filter }: Chosen,
  parameters: Record<string, unknown> = {},
): Promise<Row[]> {
  return ask<Row>(clickhouse, `WITH plays AS (\n${plays})\n${query}`, {
    videoId,
    fromMs: Math.min(filter.fromMs ?? 0, endOfTimeMs),
    toMs: Math.min(filter.toMs ?? endOfTimeMs, endOfTimeMs),
    site: filter.site ?? '',
    ...parameters,
  })
}

export async function ask<Row>(
  clickhouse: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown>,
): Promise<Row[]> {
  const result = await clickhouse.query({
    query,
    query_params: parameters,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, max_execution_time: mostSeconds },
  })
  return result.json<Row>()
}

const plays = readQuery('plays.sql')

// Nobody waits longer for a page; what is asked again must not pile up in ClickHouse.
const mostSeconds = 30

// 2100: as far as ClickHouse's hours go.
const endOfTimeMs = Date.UTC(2100, 0)
