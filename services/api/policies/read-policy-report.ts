import { sql } from 'kysely'
import { siteBuckets } from '#contract/play-token.ts'
import type { EmbedPolicy, EmbedPolicyReport } from '#contract/site-rules.ts'
import type { BreakdownRow } from '#contract/views.ts'
import type { Context } from '../context.ts'
import { readBreakdown } from '../views/breakdown.ts'
import { judgePolicy } from './judge-policy.ts'

const reportMs = 30 * 24 * 60 * 60 * 1000

// Those that came most often; anybody can make up sites on which he is turned away.
const mostTurnedAway = 500

/** What an allow-list of the sites that are allowed now would turn away, and what was turned away already. */
export async function readPolicyReport(
  { clickhouse, catalog }: Pick<Context, 'clickhouse' | 'catalog'>,
  videoId: string,
  policy: EmbedPolicy,
  nowMs = Date.now(),
): Promise<EmbedPolicyReport> {
  const since = new Date(nowMs - reportMs)
  const [rows, turnedAway] = await Promise.all([
    readSites(clickhouse, videoId, since, nowMs),
    catalog.database
      .selectFrom('sighting')
      .select(['name', sql<string>`sum(count)`.as('count'), sql<Date>`max(last_seen)`.as('last_seen')])
      .where('video_id', '=', videoId)
      .where('kind', '=', 'refused')
      .where('last_seen', '>=', since)
      .groupBy('name')
      .orderBy('count', 'desc')
      .orderBy('name')
      .limit(mostTurnedAway)
      .execute(),
  ])
  const asList: EmbedPolicy = { ...policy, mode: 'allow-list' }
  const sites = rows
    .filter(({ value, starts }) => starts > 0 && value !== siteBuckets.thisSite)
    .filter(({ value }) => judgePolicy(asList, { site: value, topSite: '' }).kind === 'refuse')
    .map(({ value, starts, lastSeenMs }) => ({ site: value, plays: starts, lastSeenMs }))
  return {
    sites,
    plays: sites.reduce((sum, { plays }) => sum + plays, 0),
    turnedAway: turnedAway.map(({ name, count, last_seen }) => ({
      site: name,
      count: Number(count),
      lastSeenMs: last_seen.getTime(),
    })),
  }
}

// Far beyond what anybody reads; a video on more sites than this is told of those with most plays.
const mostPages = 20

async function readSites(
  clickhouse: Context['clickhouse'],
  videoId: string,
  since: Date,
  nowMs: number,
): Promise<BreakdownRow[]> {
  const chosen = { videoIds: [videoId], filter: { fromMs: since.getTime() } }
  const rows: BreakdownRow[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page++) {
    const wanted = { sort: 'starts' as const, direction: 'desc' as const, limit: 500, trend: false, cursor }
    const answer = await readBreakdown(clickhouse, chosen, { by: 'site', wanted, nowMs })
    rows.push(...answer.rows)
    if (answer.next === null) break
    cursor = answer.next
  }
  return rows
}
