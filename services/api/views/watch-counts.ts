import type { ClickHouseClient } from '@clickhouse/client'
import { askCells } from './ask-cells.ts'
import { readQuery } from './ask-plays.ts'

export interface WatchCounts {
  views: number
  starts: number
}

/** For lists: what each video has; a video without plays is not in the answer. */
export async function readWatchCounts(
  clickhouse: ClickHouseClient,
  videoIds: readonly string[],
): Promise<Map<string, WatchCounts>> {
  if (videoIds.length === 0) return new Map()
  const wanted = { by: 'video', hasWhole: false, columns: ['starts', 'views'] } as const
  const chosen = { videoIds, filter: {} }
  const rows = await askCells<{ videoId: string } & WatchCounts>(clickhouse, query, chosen, {
    wanted,
    joins: { keys: ['videoId'] },
  })
  return new Map(rows.map(({ videoId, views, starts }) => [videoId, { views, starts }]))
}

const query = readQuery('watch-counts.sql')
