import { availableParallelism } from 'node:os'

/** How many transcoders run where nobody says how many: several ffmpegs of few threads do more than one of many. */
export const usualTranscoders = Math.min(4, availableParallelism())

/** The threads of each; together they have no more than there are cores. */
export function threadsOfEach(transcoders: number): number {
  return Math.max(1, Math.floor(availableParallelism() / Math.max(1, transcoders)))
}
