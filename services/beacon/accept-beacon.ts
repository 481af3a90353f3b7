import { AppError } from '#contract/errors.ts'
import { type Beacon, beaconSchema } from '#contract/play-state.ts'
import type { Arrival } from './enrich/arrival.ts'
import { enrich } from './enrich/enrich.ts'
import { playRow } from './play-row.ts'
import type { KnownToken } from './play-tokens.ts'
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

function readBeacon(body: string): Beacon {
  const result = beaconSchema.safeParse(parseJson(body))
  if (result.success) return result.data
  const fields = result.error.issues.map((issue) => issue.path.join('.') || 'the body')
  throw new AppError('beacon_invalid', `The beacon does not have the documented shape; look at ${fields.join(', ')}.`)
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new AppError('bad_json', undefined, { cause })
  }
}
