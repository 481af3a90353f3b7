import type { ClickHouseClient } from '@clickhouse/client'
import { type Grade, gradeOfRank } from '#contract/grade.ts'
import { type Mark, marksIn } from '#contract/marks.ts'
import { partCount } from '#contract/play-state.ts'
import { ask, type Chosen, parametersOf, playsOf, readQuery } from '../ask-plays.ts'
import { hourS } from '../period.ts'

/** Everything that is known of a single play, but not whose it was. */
export interface ExportedPlay extends Omit<PlayColumns, 'gradeRank' | 'coveredParts' | 'notCounted'> {
  grade: Grade
  /** Share of the video that was covered, 0 to 1. */
  coveredShare: number
  counts: boolean
  reasons: Mark[]
}

/**
 * Every play of the period, the oldest first; also those that do not count, for each says so, unless the filter asks for
 * `clean` ones. Asked for some hours at a time, so that neither we nor ClickHouse ever hold all of them.
 */
export async function* readPlays(
  clickhouse: ClickHouseClient,
  { videoIds, filter }: Chosen,
  signal: AbortSignal,
): AsyncGenerator<ExportedPlay[]> {
  const all = { videoIds, filter: { ...filter, counting: filter.counting ?? ('raw' as const) } }
  const hours = await ask<HourRows>(clickhouse, hoursQuery, parametersOf(all))
  for (const slice of slicesOf(hours))
    yield* readSlice(clickhouse, { ...all, filter: { ...all.filter, ...slice } }, signal)
}

interface HourRows {
  hourS: number
  rows: number
}

// What ClickHouse puts in order at once; some tens of megabytes there, and an answer within a second or so.
const rowsPerSlice = 100_000

/** Neighbouring hours together until they are enough. */
export function slicesOf(hours: readonly HourRows[], most = rowsPerSlice): { fromMs: number; toMs: number }[] {
  const slices: { fromMs: number; toMs: number }[] = []
  let rows = Number.POSITIVE_INFINITY
  for (const hour of hours) {
    const end = { toMs: (hour.hourS + hourS) * 1000 }
    if (rows + hour.rows > most) {
      slices.push({ fromMs: hour.hourS * 1000, ...end })
      rows = hour.rows
    } else {
      Object.assign(slices.at(-1)!, end)
      rows += hour.rows
    }
  }
  return slices
}

async function* readSlice(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  signal: AbortSignal,
): AsyncGenerator<ExportedPlay[]> {
  const result = await clickhouse.query({
    query: `WITH plays AS (\n${playsOf(chosen.filter, 'site')}\n)\n${playsQuery}`,
    query_params: parametersOf(chosen),
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0, max_execution_time: 60 },
    abort_signal: signal,
  })
  for await (const rows of result.stream<PlayColumns>()) yield rows.map((row) => toPlay(row.json()))
}

const hoursQuery = readQuery('export/play-hours.sql')
const playsQuery = readQuery('export/plays.sql')

interface PlayColumns {
  playId: string
  videoId: string
  openedAtMs: number
  lastSeenMs: number
  site: string
  topSite: string
  page: string
  gradeRank: number
  country: string
  device: string
  language: string
  key: string
  referrer: string
  isVisible: boolean
  start: 'no' | 'person' | 'autoplay'
  isViewed: boolean
  isEngaged: boolean
  isFinished: boolean
  watchedMs: number
  hiddenMs: number
  coveredParts: number
  durationMs: number
  startupMs: number
  stallCount: number
  stallMs: number
  errorCount: number
  notCounted: number
  definitionVersion: number
}

function toPlay({ gradeRank, coveredParts, notCounted, ...row }: PlayColumns): ExportedPlay {
  return {
    ...row,
    isVisible: Boolean(row.isVisible),
    isViewed: Boolean(row.isViewed),
    isEngaged: Boolean(row.isEngaged),
    isFinished: Boolean(row.isFinished),
    grade: gradeOfRank(gradeRank),
    coveredShare: coveredParts / partCount,
    counts: notCounted === 0,
    reasons: marksIn(notCounted),
  }
}
