import type { ClickHouseClient } from '@clickhouse/client'
import type { LiveBoard } from '#contract/views.ts'
import { askPlays, type Chosen, readQuery } from './ask-plays.ts'
import { type LiveRow, readLiveRows } from './live-rows.ts'

/** Who is watching now, of those whom the filter lets through, whatever its period. */
export async function readLiveBoard(
  clickhouse: ClickHouseClient,
  { videoIds, filter }: Chosen,
  nowMs: number,
  live: Promise<LiveRow[]> = readLiveRows(clickhouse, { videoIds, filter }, { by: 'site', nowMs }),
): Promise<LiveBoard> {
  const lately: Chosen = { videoIds, filter: { ...filter, fromMs: nowMs - minutes * minuteMs, toMs: nowMs + 1 } }
  const minute = Math.floor(nowMs / minuteMs)
  const [rows, opened] = await Promise.all([
    live,
    askPlays<{ minute: number; plays: number }>(clickhouse, minutesQuery, lately, { minute }),
  ])
  const sites = rows.map(({ value, liveNow }) => ({ site: value, watching: liveNow }))
  const board: LiveBoard = {
    watching: sites.reduce((sum, { watching }) => sum + watching, 0),
    sites: sites
      .sort((one, other) => other.watching - one.watching || (one.site < other.site ? -1 : 1))
      .slice(0, mostSites),
    minutes: new Array(minutes).fill(0),
  }
  for (const row of opened) board.minutes[row.minute - minute + minutes - 1] = row.plays
  return board
}

const minuteMs = 60_000
const minutes = 30

// As many as fit on a screen; all of them are in the table of sites.
const mostSites = 50

const minutesQuery = readQuery('live-minutes.sql')
