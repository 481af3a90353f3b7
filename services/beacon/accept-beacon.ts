import type { Arrival } from './enrich/arrival.ts'
import { enrich } from './enrich/enrich.ts'
import { playRow } from './play-row.ts'
import type { KnownToken } from './play-tokens.ts'
import { readBeacon } from './read-beacon.ts'
import type { Spool } from './spool/spool.ts'

export interface AcceptContext {
  readToken(text: string, nowMs: number): KnownToken
  spool: Pick<Spool, 'append'>
}

/** What the collector saw of the request beside its body. */
export interface Request {
  body: string
  userAgent: string
  purpose: string
  receivedAtMs: number
}

/**
 * Resolves once the beacon is on disk.
 * Throws `bad_json`, `beacon_invalid`, `token_invalid`, `token_expired`, or `unavailable` where it can't be kept now.
 */
export async function acceptBeacon(context: AcceptContext, request: Request): Promise<void> {
  const { body, userAgent, purpose, receivedAtMs } = request
  const beacon = readBeacon(body)
  const { token, columns } = context.readToken(beacon.token, receivedAtMs)
  const arrival: Arrival = { token, seq: beacon.seq, state: beacon.state, receivedAtMs, userAgent, purpose, marks: 0 }
  enrich(arrival)
  await context.spool.append({ text: playRow(columns, arrival), receivedAtMs })
}
