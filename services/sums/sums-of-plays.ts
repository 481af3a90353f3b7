import { readFileSync } from 'node:fs'

/** What is to be added up; all of it is SQL of ours, never a caller's word. */
export interface ToAddUp {
  /** A query of whole plays, as `merged_play` has them. */
  plays: string
  /** To which sums a play of `plays` belongs: an array of tuples. */
  tags: string
  /** To which time a play of `plays` belongs. */
  start: string
  /** The sums that are needed; all where nothing is said. What is not named need not be planned. */
  columns?: readonly string[]
  /** Sums beside those of the table, with their names. */
  more?: readonly string[]
}

/** Sums with the columns of the table `cell`; tags are (facet, value, site). */
export function cellsOfPlays(what: ToAddUp): string {
  const named = what.columns ? [...sums].filter(([name]) => what.columns!.includes(name)) : [...sums]
  const list = [...named.map(([name, sql]) => `${sql} AS ${name}`), ...(what.more ?? [])]
  return fill(
    cells.replace(sumsOfCells, () => list.join(',\n')),
    what,
  )
}

/** The columns of `cell` that are summed. */
export const allSums: readonly string[] = [
  ...['loads', 'visible', 'starts', 'autoplays', 'views', 'engaged', 'finishes', 'watched_ms', 'hidden_ms'],
  ...['covered_parts', 'startups', 'stalled', 'stall_ms', 'failed', 'grades', 'fullscreen_blocked', 'autoplay_blocked'],
  ...['sandboxed', 'too_small', 'first_seen', 'last_seen', 'viewers', 'viewer_state'],
]

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

/** What stands between the names of a cell and its plays. */
const sumsOfCells = cells.slice(cells.indexOf('  count() AS loads'), cells.indexOf('\nFROM\n'))
const sums = new Map([...sumsOfCells.matchAll(/([\s\S]*?) AS (\w+)(?:,\n|$)/g)].map(([, sql, name]) => [name!, sql!]))

const curves = readFileSync(new URL('./curves-of-plays.sql', import.meta.url), 'utf8')
