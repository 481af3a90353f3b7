import { readFileSync } from 'node:fs'
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client'
import { AppError } from '#contract/errors.ts'
import { dimensions, type ViewsFilter } from '#contract/views.ts'
import { type By, columnOf, siteColumnOf } from './dimension-columns.ts'
import { periodOf } from './period.ts'
import type { Plan } from './plan.ts'

/** Which plays a question is about: those of these videos that the filter lets through. */
export interface Chosen {
  videoIds: readonly string[]
  filter: ViewsFilter
  /** Of this period, where several questions are answered from one reading of it. */
  plan?: Plan
}

/** Reads a query file beside this one. */
export function readQuery(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}

/** Runs a query over `plays`, the chosen ones, told apart by `value` (and by `page_site`, for pages). */
export async function askPlays<Row>(
  clickhouse: ClickHouseClient,
  query: string,
  chosen: Chosen,
  { by = 'site', ...parameters }: { by?: By } & Record<string, unknown> = {},
): Promise<Row[]> {
  const all = { ...parametersOf(chosen), ...parameters }
  return ask<Row>(clickhouse, `WITH plays AS (\n${playsOf(chosen.filter, by)}\n)\n${query}`, all)
}

/** The chosen plays of the period. */
export function playsOf(filter: ViewsFilter, by: By): string {
  return [withValue(plays, by), ...conditionsOf(filter)].join('\n  AND ')
}

/** The chosen plays of which the condition about video and hour is true. */
export function playsWhere(condition: string, filter: ViewsFilter, by: By): string {
  const from = withValue(`SELECT *\nFROM merged_play AS plays\nWHERE ${condition}`, by)
  return [from, ...conditionsOf(filter)].join('\n  AND ')
}

/** Those of the chosen plays that are being watched now, whatever the period. */
export function livePlaysOf(filter: ViewsFilter, by: By): string {
  return [withValue(livePlays, by), ...conditionsOf(filter)].join('\n  AND ')
}

/** What every query over plays needs. */
export function parametersOf({ videoIds, filter }: Chosen): Record<string, unknown> {
  const values = Object.fromEntries(filteredBy(filter).map((dimension) => [dimension, filter[dimension]]))
  return { videoIds: [...videoIds], ...periodOf(filter), ...values }
}

/** Whose players are open now: a token lives for twelve hours, and a playing player speaks every 15 seconds. */
export function liveParameters(nowMs: number): Record<string, unknown> {
  return { liveFromS: Math.floor((nowMs - longestPlayMs) / 1000), liveSinceMs: nowMs - liveMs }
}

/** Runs any query; all its 64-bit numbers come as numbers. Throws `too_many_plays` where it takes too long or too much. */
export async function ask<Row>(
  clickhouse: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown>,
): Promise<Row[]> {
  try {
    const result = await clickhouse.query({
      query,
      query_params: parameters,
      format: 'JSONEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0, max_execution_time: mostSeconds },
    })
    return await result.json<Row>()
  } catch (error) {
    throw asRefusal(error)
  }
}

/** `too_many_plays` where a question took too long or too much; anything else stays what it is. */
export function asRefusal(error: unknown): unknown {
  const isTooMuch = error instanceof ClickHouseError && limits.includes(error.type)
  return isTooMuch ? new AppError('too_many_plays', undefined, { cause: error }) : error
}

/** One condition for each thing that is filtered by, so that what nobody asks about is not read. */
function conditionsOf(filter: ViewsFilter): string[] {
  const conditions = filteredBy(filter).map((dimension) => `${columnOf(dimension)} = {${dimension}:String}`)
  return filter.counting === 'raw' ? conditions : ['plays.not_counted = 0', ...conditions]
}

export function filteredBy(filter: ViewsFilter) {
  return dimensions.filter((dimension) => filter[dimension] !== undefined)
}

function withValue(query: string, by: By): string {
  return query.replace('*', `*,\n  ${columnOf(by)} AS value,\n  ${siteColumnOf(by)} AS value_site`)
}

const plays = readQuery('plays.sql')
const livePlays = readQuery('live-plays.sql')

// Nobody waits longer for a page; what is asked again must not pile up in ClickHouse.
const mostSeconds = 30

const limits: readonly (string | undefined)[] = ['TIMEOUT_EXCEEDED', 'MEMORY_LIMIT_EXCEEDED']

const longestPlayMs = 13 * 60 * 60 * 1000

// Playing players send a beacon every 15 s; this allows for one that is lost and for a slow network.
const liveMs = 40_000
