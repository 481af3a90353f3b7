import { readFileSync } from 'node:fs'

/** What is to be added up; all of it is SQL of ours, never a caller's word. */
export interface ToAddUp {
  /** A query of whole plays, as `merged_play` has them. */
  plays: string
  /** To which sums a play of `plays` belongs: an array of tuples. */
  tags: string
  /** To which time a play of `plays` belongs. */
  start: string
}

/** Sums with the columns of the table `cell`; tags are (facet, value, site). */
export function cellsOfPlays(what: ToAddUp): string {
  return fill(cells, what)
}

/** Curves with the columns of the table `curve`; tags are (is_whole, site). */
export function curvesOfPlays(what: ToAddUp): string {
  return fill(curves, what)
}

function fill(query: string, { plays, tags, start }: ToAddUp): string {
  return query
    .replace('/*start*/', () => start)
    .replace('/*tags*/', () => tags)
    .replace('/*plays*/', () => plays)
}

const cells = readFileSync(new URL('./cells-of-plays.sql', import.meta.url), 'utf8')
const curves = readFileSync(new URL('./curves-of-plays.sql', import.meta.url), 'utf8')
