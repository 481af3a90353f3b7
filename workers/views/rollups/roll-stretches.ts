import { type ClickHouseClient, TupleParam } from '@clickhouse/client'
import { marks } from '#contract/marks.ts'
import { dimensions } from '#contract/views.ts'
import { columnOf, siteColumnOf } from '../../../services/sums/dimension-columns.ts'
import { hourFacets, type Level, levels, startOf } from '../../../services/sums/levels.ts'
import { allSums, cellsOfPlays, curvesOfPlays } from '../../../services/sums/sums-of-plays.ts'
import { readClock } from './read-clock.ts'

/** A stretch of a video's time, as the table `stretch` names it. */
export interface Stretch {
  videoId: string
  /** Seconds since 1970. */
  startS: number
}

/**
 * Adds up stretches of one level from their plays. What they say of it is written last, so whoever is killed in between
 * has changed nothing. Safe to run twice and by two at once: the newest whole set of sums counts.
 */
export async function rollStretches(
  clickhouse: ClickHouseClient,
  level: Level,
  stretches: readonly Stretch[],
  { pass = () => {} }: { pass?: (step: 'cells') => void } = {},
): Promise<void> {
  if (stretches.length === 0) return
  const version = await readClock(clickhouse)
  const given = {
    level: levels[level],
    version,
    stretches: stretches.map(({ videoId, startS }) => new TupleParam([videoId, startS])),
    fromS: Math.min(...stretches.map(({ startS }) => startS)),
    toS: Math.max(...stretches.map(({ startS }) => startS)) + longestS[level],
  }
  for (const query of queriesOf(level)) await clickhouse.command({ query, query_params: given, clickhouse_settings })
  pass('cells')
  await clickhouse.command({ query: writeFlag, query_params: given })
}

// Whatever its stretches are, a batch may touch as many partitions as they need; the flag is written when all are there.
const clickhouse_settings = { max_insert_threads: '1', async_insert: 0, max_partitions_per_insert_block: '0' } as const

const hourS = 3_600
const longestS: Record<Level, number> = { hour: hourS, day: 24 * hourS, month: 31 * 24 * hourS }

const markBits = Object.values(marks).map(({ bit }) => bit)

function queriesOf(level: Level): string[] {
  const counted = playsOf(level, 'not_counted = 0')
  const notCounted = playsOf(level, 'not_counted != 0')
  const start = startOf[level]('plays.hour')
  return [
    insertCells(level, cellsOfPlays({ plays: counted, tags: facetsOf(level), start })),
    insertCells(level, cellsOfPlays({ plays: notCounted, tags: marksOf, start })),
    insertCurves(curvesOfPlays({ plays: counted, tags: "[(1, ''), (0, plays.site)]", start })),
  ]
}

function playsOf(level: Level, condition: string): string {
  return `SELECT *
FROM merged_play
WHERE video_id IN (SELECT arrayJoin({stretches:Array(Tuple(String, UInt32))}).1)
  AND hour >= toDateTime({fromS:UInt32}, 'UTC')
  AND hour < toDateTime({toS:UInt32}, 'UTC')
  AND (video_id, toUInt32(${startOf[level]('hour')})) IN {stretches:Array(Tuple(String, UInt32))}
  AND ${condition}`
}

/** Everything that sums are kept of. */
function facetsOf(level: Level): string {
  const facets = dimensions.filter((dimension) => level !== 'hour' || hourFacets.includes(dimension))
  return `[('whole', '', ''), ${facets.map((by) => `('${by}', ${columnOf(by)}, ${siteColumnOf(by)})`).join(', ')}]`
}

/** Mark 0 stands for all of them: a play may have several reasons and is still one play. */
const marksOf = `arrayMap(
  mark -> ('mark', toString(mark), plays.site),
  arrayConcat([0], arrayFilter(bit -> bitAnd(plays.not_counted, bit) != 0, [${markBits.join(', ')}]))
)`

/** Days and months keep how many viewers there were, hours who they were. */
function insertCells(level: Level, cells: string): string {
  const viewers =
    level === 'hour'
      ? '0, viewer_state'
      : "finalizeAggregation(viewer_state), arrayReduce('uniqExactState', emptyArrayUInt64())"
  return `INSERT INTO cell (video_id, facet, level, start, version, value, site, ${cellSums.join(', ')}, viewers, viewer_state)
SELECT video_id, facet, {level:UInt8}, start, {version:DateTime64(6, 'UTC')}, value, site, ${cellSums.join(', ')}, ${viewers}
FROM (\n${cells})`
}

function insertCurves(curves: string): string {
  return `INSERT INTO curve (video_id, is_whole, level, site, start, version, starts, covered, repeated)
SELECT video_id, is_whole, {level:UInt8}, site, start, {version:DateTime64(6, 'UTC')}, starts, covered, repeated
FROM (\n${curves})`
}

// Viewers are told apart by level.
const cellSums = allSums.filter((column) => !column.startsWith('viewer'))

const writeFlag = `INSERT INTO stretch (video_id, level, start, judged_at, rolled_at)
SELECT span.1, {level:UInt8}, toDateTime(span.2, 'UTC'), {version:DateTime64(6, 'UTC')}, {version:DateTime64(6, 'UTC')}
FROM (SELECT arrayJoin({stretches:Array(Tuple(String, UInt32))}) AS span)`
