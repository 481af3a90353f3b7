import type { ClickHouseClient } from '@clickhouse/client'
import { LRUCache } from 'lru-cache'
import type { ViewsDetails } from '#contract/views.ts'
import { ask, readQuery } from './ask-plays.ts'
import { readViewsDetails, type ViewsQuestion } from './views-details.ts'

/**
 * For those who ask again and again: reads everything only where something happened since the last time, which one small
 * query tells. `key` names the question.
 */
export function createChangedDetails() {
  const known = new LRUCache<string, { touchedAt: string; details: ViewsDetails }>({ max: mostQuestions })

  return async (clickhouse: ClickHouseClient, key: string, question: ViewsQuestion): Promise<ViewsDetails> => {
    // Before the reading: what happens meanwhile is seen the next time.
    const touchedAt = await readLastTouch(clickhouse, question.videoIds)
    const last = known.get(key)
    if (last?.touchedAt === touchedAt && isStillTrue(last.details, question)) return last.details
    const details = await readViewsDetails(clickhouse, question)
    known.set(key, { touchedAt, details })
    return details
  }
}

/** What changes without anybody's doing: minutes pass, who watched falls silent, old plays are removed. */
export function isStillTrue(
  { computedAtMs, delayedSinceMs, totals }: Pick<ViewsDetails, 'computedAtMs' | 'delayedSinceMs' | 'totals'>,
  now: Pick<ViewsQuestion, 'nowMs' | 'delayedSinceMs'>,
): boolean {
  const isSameMinute = Math.floor(computedAtMs / minuteMs) === Math.floor(now.nowMs / minuteMs)
  const restMs = totals.liveNow > 0 ? watchedRestMs : quietRestMs
  return isSameMinute && delayedSinceMs === now.delayedSinceMs && now.nowMs - computedAtMs < restMs
}

async function readLastTouch(clickhouse: ClickHouseClient, videoIds: readonly string[]): Promise<string> {
  const [row] = await ask<{ touchedAt: string }>(clickhouse, query, { videoIds: [...videoIds] })
  return row!.touchedAt
}

const query = readQuery('last-touch.sql')

const minuteMs = 60_000
const quietRestMs = 20_000
// Players that were closed without a word are forgotten after 40 s; a little later is soon enough.
const watchedRestMs = 3_000

// Each is some hundred kilobytes at most.
const mostQuestions = 100
