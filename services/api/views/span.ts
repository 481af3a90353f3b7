import type { ClickHouseClient } from '@clickhouse/client'
import { ask, type Chosen, parametersOf, readQuery } from './ask-plays.ts'
import { hourS, type Period, periodOf } from './period.ts'

/** From the first hour of the question in which anything happened to its end; empty where nothing happened. */
export type Span = Period

export async function readSpan(clickhouse: ClickHouseClient, chosen: Chosen, nowMs: number): Promise<Span> {
  const [found] = await ask<{ rows: number; firstS: number; lastS: number }>(clickhouse, query, parametersOf(chosen))
  if (!found || found.rows === 0) return { fromS: 0, toS: 0 }
  const nextHourS = (Math.floor(nowMs / 1000 / hourS) + 1) * hourS
  const toS = Math.min(periodOf(chosen.filter).toS, Math.max(nextHourS, found.lastS + hourS))
  return { fromS: found.firstS, toS }
}

const query = readQuery('span.sql')
