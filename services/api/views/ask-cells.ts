import type { ClickHouseClient } from '@clickhouse/client'
import { ask, type Chosen } from './ask-plays.ts'
import { splitReading } from './choose-stretches.ts'
import { type Joins, joinRows } from './join-rows.ts'
import { type CellsWanted, type PlannedSums, planCells, planCurves, planMarks } from './plan-sums.ts'

/**
 * Runs a query over `cells`, once over settled days and once over what is younger, and joins the rows of both: two small
 * queries at a time are planned in half the time of a large one. The query must neither sort nor cut its rows.
 */
export async function askCells<Row extends object>(
  clickhouse: ClickHouseClient,
  query: string,
  chosen: Chosen,
  { wanted, ...given }: { wanted: CellsWanted } & Asking<Row>,
): Promise<Row[]> {
  return askParts(clickhouse, await planCells(clickhouse, chosen, wanted), `WITH cells AS (\n{}\n)\n${query}`, given)
}

/** The same over `curves`. */
export async function askCurves<Row extends object>(
  clickhouse: ClickHouseClient,
  query: string,
  chosen: Chosen,
  given: Asking<Row>,
): Promise<Row[]> {
  return askParts(clickhouse, await planCurves(clickhouse, chosen), `WITH curves AS (\n{}\n)\n${query}`, given)
}

/** The same over `marks`. */
export async function askMarks<Row extends object>(
  clickhouse: ClickHouseClient,
  query: string,
  chosen: Chosen,
  given: Asking<Row>,
): Promise<Row[]> {
  return askParts(clickhouse, await planMarks(clickhouse, chosen), `WITH marks AS (\n{}\n)\n${query}`, given)
}

/** Beside the joins, parameters of the query. */
type Asking<Row> = { joins: Joins<Row> } & Record<string, unknown>

async function askParts<Row extends object>(
  clickhouse: ClickHouseClient,
  { reading, sumsOf }: PlannedSums,
  query: string,
  { joins, ...given }: Asking<Row>,
): Promise<Row[]> {
  const rows = await Promise.all(
    splitReading(reading).map((part) => {
      const { sql, parameters } = sumsOf(part)
      return ask<Row>(
        clickhouse,
        query.replace('{}', () => sql),
        { ...parameters, ...given },
      )
    }),
  )
  return joinRows(rows, joins)
}
