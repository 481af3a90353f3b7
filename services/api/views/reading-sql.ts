import { TupleParam } from '@clickhouse/client'
import { type ClosedStretch, type OpenHours, type Reading, videosByRanges } from './choose-stretches.ts'
import type { Period } from './period.ts'

/** What the conditions below need. */
export function readingParameters({ closed, open }: Reading): Record<string, unknown> {
  const groups = videosByRanges(open).map(({ videoIds }, index) => [`openVideos${index}`, videoIds] as const)
  return {
    stretches: closed.map(toTuple),
    closedLevels: [...new Set(closed.map(({ level }) => level))],
    closedFromS: Math.min(...closed.map(({ startS }) => startS)),
    closedToS: Math.max(...closed.map(({ startS }) => startS)),
    ...Object.fromEntries(groups),
  }
}

/** The condition that a row of `cell` or `curve` belongs to one of the closed stretches. */
export const isClosed = `video_id IN {videoIds:Array(String)}
  AND level IN {closedLevels:Array(UInt8)}
  AND start >= toDateTime({closedFromS:UInt32}, 'UTC')
  AND start <= toDateTime({closedToS:UInt32}, 'UTC')
  AND (video_id, level, start, version)
    IN {stretches:Array(Tuple(String, UInt8, DateTime('UTC'), DateTime64(6, 'UTC')))}`

/** The condition that a play's hour is open; the primary key of `play` finds such plays. */
export function isOpen(open: readonly OpenHours[]): string {
  const groups = videosByRanges(open).map(
    ({ ranges }, index) =>
      `(video_id IN {openVideos${index}:Array(String)} AND (${ranges.map(isWithin).join(' OR ')}))`,
  )
  return groups.length > 0 ? `(${groups.join('\n    OR ')})` : 'false'
}

function isWithin({ fromS, toS }: Period): string {
  return `(hour >= toDateTime(${fromS}, 'UTC') AND hour < toDateTime(${toS}, 'UTC'))`
}

function toTuple({ videoId, level, startS, version }: ClosedStretch): TupleParam {
  const fraction = String(version % 1_000_000).padStart(6, '0')
  return new TupleParam([videoId, level, startS, `${Math.floor(version / 1_000_000)}.${fraction}`])
}
