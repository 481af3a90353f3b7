import type { ClickHouseClient } from '@clickhouse/client'

export interface CountedPlay {
  starts: number
  watchedMs: number
}

/** What is counted of a video, by play. A play that was counted twice shows two starts. */
export async function countedPlays(clickhouse: ClickHouseClient, videoId: string): Promise<Map<string, CountedPlay>> {
  const result = await clickhouse.query({
    query: `
      SELECT lower(leftPad(hex(play_id), 16, '0')) AS playId, toUInt32(sum(m.started)) AS starts, toUInt32(sum(m.watched_ms)) AS watchedMs
      FROM merged_play AS m
      WHERE video_id = {videoId:String}
      GROUP BY playId`,
    query_params: { videoId },
    format: 'JSONEachRow',
  })
  const rows = await result.json<CountedPlay & { playId: string }>()
  return new Map(rows.map(({ playId, starts, watchedMs }) => [playId, { starts, watchedMs }]))
}
