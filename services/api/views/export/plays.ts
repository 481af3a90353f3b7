import type { ClickHouseClient } from '@clickhouse/client'
import { type Grade, gradeOfRank } from '#contract/grade.ts'
import { type Mark, marksIn } from '#contract/marks.ts'
import { partCount } from '#contract/play-state.ts'
import { ask, type Chosen, parametersOf, playsOf, readQuery } from '../ask-plays.ts'
import { streamRows } from '../stream-rows.ts'
import { type RowsIn, slicesOf } from './slices.ts'

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
 * `clean` ones. Asked for some time at a time, so that neither we nor ClickHouse ever hold all of them.
 */
export async function* readPlays(
  clickhouse: ClickHouseClient,
  { videoIds, filter }: Chosen,
  signal: AbortSignal,
  { rowsPerSlice = defaultRowsPerSlice } = {},
): AsyncGenerator<ExportedPlay[]> {
  const all = { videoIds, filter: { ...filter, counting: filter.counting ?? ('raw' as const) } }
  const hours = await countRows(clickhouse, all, 'hour', 3_600_000)
  for (const slice of slicesOf(hours, rowsPerSlice)) {
    const chosen = { ...all, filter: { ...all.filter, fromMs: slice.fromMs, toMs: slice.toMs } }
    if (slice.rows <= rowsPerSlice) yield* readSlice(clickhouse, chosen, signal)
    else
      for (const { fromMs, toMs } of await slicesOfHour(clickhouse, chosen, rowsPerSlice))
        yield* readSlice(clickhouse, chosen, signal, { fromMs, toMs })
  }
}

// What ClickHouse puts in order at once; some tens of megabytes there, and an answer within a second or so.
const defaultRowsPerSlice = 100_000

/** Whole seconds together: what a single one brings, collectors had to write to their disks within it. */
async function slicesOfHour(clickhouse: ClickHouseClient, hour: Chosen, rowsPerSlice: number): Promise<RowsIn[]> {
  return slicesOf(await countRows(clickhouse, hour, "toDateTime(opened_at, 'UTC')", 1_000), rowsPerSlice)
}

function countRows(clickhouse: ClickHouseClient, chosen: Chosen, moment: string, lengthMs: number): Promise<RowsIn[]> {
  const query = countsQuery.replace('/*moment*/', () => moment)
  return ask<RowsIn>(clickhouse, query, { ...parametersOf(chosen), lengthMs })
}

/** The plays of some hours, or those that were opened within a part of one. */
async function* readSlice(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  signal: AbortSignal,
  opened?: { fromMs: number; toMs: number },
): AsyncGenerator<ExportedPlay[]> {
  const plays = playsOf(chosen.filter, 'site')
  const query = {
    sql: `WITH plays AS (\n${opened ? `${plays}\n  AND ${openedWithin}` : plays}\n)\n${playsQuery}`,
    parameters: { ...parametersOf(chosen), openedFromMs: opened?.fromMs, openedToMs: opened?.toMs },
  }
  for await (const rows of streamRows<PlayColumns>(clickhouse, query, signal)) yield rows.map(toPlay)
}

const countsQuery = readQuery('export/play-counts.sql')
const openedWithin = readQuery('export/opened-within.sql').replace(/^--.*\n/gm, '')
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
