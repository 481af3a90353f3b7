import { marks } from '#contract/marks.ts'
import type { Arrival } from './enrich/arrival.ts'
import { enrich } from './enrich/enrich.ts'
import { playRow, tokenColumns } from './play-row.ts'
import type { KnownToken } from './play-tokens.ts'
import { readBeacon } from './read-beacon.ts'
import { separateThief } from './separate-thief.ts'
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
 * Resolves once the beacon is on disk; rejects with `unavailable` where it can't be kept now.
 * Throws `bad_json`, `beacon_invalid`, `token_invalid` or `token_expired` at once.
 */
export function acceptBeacon(context: AcceptContext, request: Request): Promise<void> {
  const { receivedAtMs } = request
  const { token, seq, state } = readBeacon(request.body)
  const text = rowOf(context.readToken(token, receivedAtMs), { ...request, seq, state })
  return context.spool.append({ text, receivedAtMs })
}

type Seen = Pick<Arrival, 'seq' | 'state' | 'receivedAtMs' | 'userAgent' | 'purpose'>

/** The row of a beacon whose token is genuine. */
export function rowOf(known: KnownToken, { seq, state, receivedAtMs, userAgent, purpose }: Seen): string {
  const stolen = separateThief(known.token, userAgent)
  const token = stolen ?? known.token
  const columns = stolen ? tokenColumns(stolen) : known.columns
  const arrival: Arrival = { token, seq, state, receivedAtMs, userAgent, purpose, marks: 0 }
  if (stolen) arrival.marks = marks.replayedToken.bit
  enrich(arrival)
  return playRow(columns, arrival)
}
