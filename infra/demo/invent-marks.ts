import { type Mark, marks } from '../../services/contract/marks.ts'

// Which share of all plays is not a person's, and why.
const shares: [Mark, number][] = [
  ['bot', 0.012],
  ['ownPlay', 0.006],
  ['hostingNetwork', 0.007],
  ['prerendered', 0.004],
  ['tooManyPlays', 0.003],
  ['replayedToken', 0.001],
  ['impossibleWatch', 0.001],
]

/** The reasons for which a collector would not have counted a play; for most there is none. */
export function inventMarks(): number {
  return shares.reduce((bits, [mark, share]) => (Math.random() < share ? bits | marks[mark].bit : bits), 0)
}
