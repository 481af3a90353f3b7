import type { ClickHouseClient } from '@clickhouse/client'
import type { PlayState } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { rowOf as collectorsRowOf } from '../../services/beacon/accept-beacon.ts'
import { createInsertRows } from '../../services/beacon/drain/insert-rows.ts'
import { rowVersion, tokenColumns } from '../../services/beacon/play-row.ts'
import { decodeRecords, encodeRecords, type Row } from '../../services/beacon/spool/record.ts'
import { newSegment } from '../../services/beacon/spool/segments.ts'
import { createLogger } from '../../services/program/logger.ts'

/** A beacon as the collector sees it after its token was verified. */
export interface SeenBeacon {
  token: PlayToken
  state: PlayState
  seq?: number
  receivedAtMs?: number
  userAgent?: string
}

export const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** The row that the collector makes of a beacon. */
export function rowOf({ token, state, seq = 1, receivedAtMs = Date.now(), userAgent = browser }: SeenBeacon): Row {
  const seen = { seq, state: { ...state }, receivedAtMs, userAgent, purpose: '' }
  return { text: collectorsRowOf({ token, columns: tokenColumns(token) }, seen), receivedAtMs }
}

/** Puts beacons into `play` as one batch, without a collector. */
export async function storePlays(clickhouse: ClickHouseClient, beacons: readonly SeenBeacon[]): Promise<void> {
  const { rows } = decodeRecords(encodeRecords(beacons.map(rowOf)))
  const batch = { segment: newSegment(rowVersion), from: 0, to: rows.length, rows, firstReceivedAtMs: null, damaged: 0 }
  await createInsertRows(clickhouse, createLogger('test', 'silent'))(batch, new AbortController().signal)
}
