import type { ClickHouseClient } from '@clickhouse/client'
import { type Mark, marks, marksIn } from '#contract/marks.ts'
import { askPlays, type Chosen, readQuery } from './ask-plays.ts'

/** Plays that are kept and do not count. A play may have several reasons, so the reasons may add up to more than it. */
export interface NotCounted {
  plays: number
  /** The most frequent first. */
  reasons: { mark: Mark; sentence: string; plays: number }[]
}

export async function readNotCounted(clickhouse: ClickHouseClient, chosen: Chosen): Promise<NotCounted> {
  const rows = await askPlays<{ bits: number; loads: number }>(clickhouse, query, chosen)
  const byMark = new Map<Mark, number>()
  for (const { bits, loads } of rows) {
    for (const mark of marksIn(bits)) byMark.set(mark, (byMark.get(mark) ?? 0) + loads)
  }
  const reasons = [...byMark].map(([mark, plays]) => ({ mark, sentence: marks[mark].sentence, plays }))
  return {
    plays: rows.reduce((sum, row) => sum + row.loads, 0),
    reasons: reasons.sort((one, other) => other.plays - one.plays || one.mark.localeCompare(other.mark)),
  }
}

const query = readQuery('not-counted.sql')
