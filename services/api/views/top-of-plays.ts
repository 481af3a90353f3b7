import type { ClickHouseClient } from '@clickhouse/client'
import type { Timeline } from '#contract/views.ts'
import { cellsOfPlays } from '../../sums/sums-of-plays.ts'
import { ask, parametersOf, playsWhere, readQuery } from './ask-plays.ts'
import { type BreakdownAndWhole, toBreakdown } from './breakdown.ts'
import { type BreakdownColumns, breakdownQuery, breakdownSums, nothing } from './breakdown-columns.ts'
import type { Reading } from './choose-stretches.ts'
import type { Planned } from './plan.ts'
import { isOpen, readingParameters } from './reading-sql.ts'
import { keyOf } from './row-name.ts'
import { spanOf } from './span.ts'
import { chooseStep, fillGaps, stepS } from './timeline.ts'
import { addToSteps, trendSteps } from './trend.ts'

/** What the top of the page tells of plays, but who watches now and where people stay. */
export interface TopOfPlays {
  sites: BreakdownAndWhole
  timeline: Timeline
  notCounted: number
}

/** The same numbers as from several questions, where no sums help and each would read every play again. */
export async function readTopOfPlays(
  clickhouse: ClickHouseClient,
  chosen: Planned,
  { reading, limit, nowMs }: { reading: Reading; limit: number; nowMs: number },
): Promise<TopOfPlays> {
  const { filter, plan } = chosen
  const span = spanOf(plan, filter, nowMs)
  const step = chooseStep(span)
  const trend = trendSteps(span)
  const given = { limit, stepS: stepS[step], trendFromS: trend.fromS, trendStepS: trend.stepS }
  const parameters = { ...parametersOf(chosen), ...readingParameters(reading), ...given }
  const rows = await ask<TopColumns>(clickhouse, queryOf(chosen, reading), parameters)
  const of = (kind: number) => rows.filter(({ isWhole }) => isWhole === kind)
  const whole = of(kinds.whole)[0] ?? nothing
  const sites = of(kinds.site)
  const trends = new Map(
    sites.map((row) => [keyOf(row), addToSteps(new Array<number>(trend.steps).fill(0), row.trend)]),
  )
  const page = { whole, columns: sites, total: sites[0]?.total ?? 0, trends }
  const points = of(kinds.time).map(({ value, loads, starts, views, watchedMs }) => {
    const atMs = Number(value) * stepS[step] * 1000
    return { atMs, loads, starts, views, watchedMs }
  })
  return {
    sites: toBreakdown(page, { by: 'site', offset: 0 }),
    timeline: { step, points: span.toS <= span.fromS ? [] : fillGaps(points, span, stepS[step]) },
    notCounted: of(kinds.notCounted)[0]?.loads ?? 0,
  }
}

/** What a row of the answer is about. */
const kinds = { site: 0, whole: 1, time: 2, notCounted: 3 }

interface TopColumns extends BreakdownColumns {
  total: number
  /** Starts by the number of the step. */
  trend: Record<string, number>
}

function queryOf({ filter }: Planned, reading: Reading): string {
  const counts = filter.counting === 'raw' ? 'true' : 'plays.not_counted = 0'
  const cells = cellsOfPlays({
    plays: playsWhere(isOpen(reading.open), { ...filter, counting: 'raw' }, 'site'),
    tags: `arrayConcat(
  if(${counts}, [('${kinds.whole}', '', ''), ('${kinds.site}', plays.value, ''), ('${kinds.time}', ${time}, '')], []),
  if(plays.not_counted != 0, [('${kinds.notCounted}', '', '')], [])
)`,
    start: 'toDateTime(0)',
    columns: breakdownSums,
    more: [`${trend} AS trend`],
  })
  const rows = `WITH cells AS (
SELECT *, toUInt8(facet) AS is_whole, site AS value_site, toUInt64(0) AS viewers
FROM (\n${cells}))
${breakdownQuery.replace('/*more*/', ', sumMap(cells.trend) AS trend')}`
  return query.replace('/*rows*/', () => rows)
}

const time = 'toString(intDiv(toUInt32(plays.hour), {stepS:UInt32}))'
const trend = `sumMapIf(
  map(toUInt16(intDiv(toUInt32(plays.hour) - {trendFromS:UInt32}, {trendStepS:UInt32})), toUInt64(1)),
  plays.started = 1
)`

const query = readQuery('top-of-plays.sql')
