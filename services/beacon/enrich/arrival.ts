import { type Mark, marks } from '#contract/marks.ts'
import type { PlayState } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'

/** A beacon on its way in: what the token and the player say, and what the collector saw itself. */
export interface Arrival {
  token: PlayToken
  seq: number
  state: PlayState
  receivedAtMs: number
  userAgent: string
  /** The `Sec-Purpose` header: browsers name here what they load ahead of time. */
  purpose: string
  /** Bits of the contract's marks. */
  marks: number
}

/** Looks at an arrival and may mark it or correct its state; never throws and never refuses. */
export type EnrichStep = (arrival: Arrival) => void

export function mark(arrival: Arrival, name: Mark): void {
  arrival.marks |= marks[name].bit
}
