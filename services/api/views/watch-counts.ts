import type { ClickHouseClient } from '@clickhouse/client'
import { ask, readQuery } from './ask-plays.ts'

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
  const rows = await ask<{ videoId: string } & WatchCounts>(clickhouse, query, { videoIds: [...videoIds] })
  return new Map(rows.map(({ videoId, views, starts }) => [videoId, { views, starts }]))
}

const query = readQuery('watch-counts.sql')
