import type { ClickHouseClient } from '@clickhouse/client'
import { rowsOf } from './rows-of.ts'

/** One video or several, with values to filter by that most of its plays have: a filter that lets nothing through is quick. */
export interface Subject {
  name: string
  videoIds: readonly string[]
  site: string
  page: string
  country: string
  device: string
  /** Any play of it, as the contract writes play ids. */
  playId: string
}

export async function readSubject(clickhouse: ClickHouseClient, name: string, videoIds: string[]): Promise<Subject> {
  const [seen] = await rowsOf<Omit<Subject, 'name' | 'videoIds'>>(clickhouse, query, { videoIds })
  return { name, videoIds, ...seen! }
}

const query = `
SELECT
  topKIf(1)(p.site, p.page != '')[1] AS site,
  topKIf(1)(p.page, p.page != '')[1] AS page,
  topK(1)(p.country)[1] AS country,
  topK(1)(p.device)[1] AS device,
  lower(leftPad(hex(min(p.play_id)), 16, '0')) AS playId
FROM play AS p
WHERE video_id IN {videoIds:Array(String)}`
