import { type ClickHouseClient, TupleParam } from '@clickhouse/client'
import { type Level, levels } from '../../sums/levels.ts'
import { ask, type Chosen, parametersOf, readQuery } from './ask-plays.ts'

/** A stretch within the period whose sums hold all there is. */
export interface ClosedStretch {
  videoId: string
  level: number
  startS: number
  /** Which of its sums count. */
  version: string
}

/** What is read from where: sums of these stretches, and plays of all hours that none of them contains. */
export async function readClosed(
  clickhouse: ClickHouseClient,
  chosen: Chosen,
  usable: readonly Level[],
): Promise<ClosedStretch[]> {
  if (usable.length === 0) return []
  const given = { ...parametersOf(chosen), levels: usable.map((level) => levels[level]) }
  return longestFirst(await ask<ClosedStretch>(clickhouse, query, given))
}

/** Leaves out what a longer stretch contains, and the shortest ones where there are more than a query can name. */
export function longestFirst(closed: readonly ClosedStretch[], most = mostStretches): ClosedStretch[] {
  const taken = new Set<string>()
  const kept: ClosedStretch[] = []
  for (const stretch of [...closed].sort((one, other) => other.level - one.level)) {
    if (kept.length >= most) break
    if (containers(stretch).some((key) => taken.has(key))) continue
    taken.add(keyOf(stretch.videoId, stretch.level, stretch.startS))
    kept.push(stretch)
  }
  return kept
}

/** The same as parameters of a query. */
export function stretchParameters(closed: readonly ClosedStretch[]): Record<string, unknown> {
  const ofLevel = (level: Level) =>
    closed
      .filter((stretch) => stretch.level === levels[level])
      .map(({ videoId, startS }) => new TupleParam([videoId, startS]))
  return {
    stretches: closed.map(({ videoId, level, startS, version }) => new TupleParam([videoId, level, startS, version])),
    closedHours: ofLevel('hour'),
    closedDays: ofLevel('day'),
    closedMonths: ofLevel('month'),
  }
}

/** The condition that a row of `cell` or `curve` belongs to one of the stretches. */
export const isClosed = `video_id IN {videoIds:Array(String)}
  AND (video_id, level, start, version)
    IN {stretches:Array(Tuple(String, UInt8, DateTime('UTC'), DateTime64(6, 'UTC')))}`

/** Conditions that the hour of a play is in none of them. */
export function besideClosed(closed: readonly ClosedStretch[]): string[] {
  const has = (level: Level) => closed.some((stretch) => stretch.level === levels[level])
  return [
    ...(has('hour') ? ["(video_id, hour) NOT IN {closedHours:Array(Tuple(String, DateTime('UTC')))}"] : []),
    ...(has('day') ? ["(video_id, toStartOfDay(hour)) NOT IN {closedDays:Array(Tuple(String, DateTime('UTC')))}"] : []),
    ...(has('month')
      ? [
          "(video_id, toDateTime(toStartOfMonth(hour), 'UTC')) NOT IN {closedMonths:Array(Tuple(String, DateTime('UTC')))}",
        ]
      : []),
  ]
}

// They stand in the request's address, which may have a megabyte.
const mostStretches = 5_000

function containers({ videoId, level, startS }: ClosedStretch): string[] {
  const start = new Date(startS * 1000)
  const monthS = Date.UTC(start.getUTCFullYear(), start.getUTCMonth()) / 1000
  const longer = [
    { level: levels.day, startS: startS - (startS % 86_400) },
    { level: levels.month, startS: monthS },
  ]
  return longer.filter((one) => one.level > level).map((one) => keyOf(videoId, one.level, one.startS))
}

function keyOf(videoId: string, level: number, startS: number): string {
  return `${videoId} ${level} ${startS}`
}

const query = readQuery('closed.sql')
