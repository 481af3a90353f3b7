import type { ClickHouseClient } from '@clickhouse/client'
import type { LiveBoard } from '#contract/views.ts'
import { ask, askPlays, type Chosen, liveParameters, livePlaysOf, parametersOf, readQuery } from './ask-plays.ts'

/** Who is watching now, of those whom the filter lets through, whatever its period. */
export async function readLiveBoard(
  clickhouse: ClickHouseClient,
  { videoIds, filter }: Chosen,
  nowMs: number,
): Promise<LiveBoard> {
  const lately: Chosen = { videoIds, filter: { ...filter, fromMs: nowMs - minutes * minuteMs, toMs: nowMs + 1 } }
  const minute = Math.floor(nowMs / minuteMs)
  const [sites, opened] = await Promise.all([
    ask<SiteColumns>(clickhouse, `WITH live AS (\n${livePlaysOf(filter, 'site')})\n${sitesQuery}`, {
      ...parametersOf(lately),
      ...liveParameters(nowMs),
      siteCount: mostSites,
    }),
    askPlays<{ minute: number; plays: number }>(clickhouse, minutesQuery, lately, { minute }),
  ])
  const board: LiveBoard = { watching: 0, sites: [], minutes: new Array(minutes).fill(0) }
  for (const { isWhole, site, watching } of sites) {
    if (isWhole) board.watching = watching
    else board.sites.push({ site, watching })
  }
  for (const row of opened) board.minutes[row.minute - minute + minutes - 1] = row.plays
  return board
}

const minuteMs = 60_000
const minutes = 30

// As many as fit on a screen; all of them are in the table of sites.
const mostSites = 50

const sitesQuery = readQuery('live-sites.sql')
const minutesQuery = readQuery('live-minutes.sql')

interface SiteColumns {
  isWhole: number
  site: string
  watching: number
}
