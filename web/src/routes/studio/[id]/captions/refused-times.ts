import type { EditedCues } from './edit-cues.ts'

export type TimeEdge = 'startMs' | 'endMs'
/** What was typed, by the field it stands in. */
export type Refused = Partial<Record<TimeEdge, string>>
/** By the ids of cues. They are kept beside the cues, so that turning a page does not lose them. */
export type RefusedTimes = ReadonlyMap<number, Refused>

/** With what a field holds now; null where it holds a time. */
export function withRefused(refused: RefusedTimes, id: number, edge: TimeEdge, text: string | null): RefusedTimes {
  const { [edge]: _, ...others } = refused.get(id) ?? {}
  const now: Refused = text === null ? others : { ...others, [edge]: text }
  const all = new Map(refused).set(id, now)
  if (Object.keys(now).length === 0) all.delete(id)
  return all
}

/** Without those of cues that are gone and of times that were given another way: by the player, a shift or undo. */
export function withoutSettled(refused: RefusedTimes, before: EditedCues, after: EditedCues): RefusedTimes {
  if (refused.size === 0) return refused
  let left = refused
  for (const [id, typed] of refused) {
    const [was, is] = [before, after].map((cues) => cues.find((cue) => cue.id === id))
    for (const edge of Object.keys(typed) as TimeEdge[])
      if (!is || was?.[edge] !== is[edge]) left = withRefused(left, id, edge, null)
  }
  return left
}
