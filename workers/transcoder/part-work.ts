import type { PartRow } from '#catalog/part-tables.ts'
import type { PartClaim } from '#catalog/parts.ts'
import type { Plan } from './plan.ts'
import type { ReadWork } from './work.ts'

/** One part of an attempt, under way. */
export interface PartWork extends ReadWork {
  claim: PartClaim
  row: PartRow
  plan: Plan
  /** Pictures of this part that are done, or as many as its sound lasts; whoever watches the video sees the sum. */
  tellFrames(frames: number): void
}

/** What the names of a part's files begin with: a worker that was presumed dead writes where nobody looks. */
export function partPrefix({ part, try: number }: PartClaim): string {
  return `p${part}-t${number}-`
}
