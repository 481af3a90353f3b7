import type { ClickHouseClient } from '@clickhouse/client'
import { readQuery } from './ask-plays.ts'
import { askParts } from './ask-sums.ts'
import { planCells } from './plan-sums.ts'

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
  const cells = await planCells(clickhouse, { videoIds, filter: {} }, wanted)
  const joins = { keys: ['videoId'] } as const
  const rows = await askParts<{ videoId: string } & WatchCounts>(clickhouse, cells, query, { joins })
  return new Map(rows.map(({ videoId, views, starts }) => [videoId, { views, starts }]))
}

const query = readQuery('watch-counts.sql')
