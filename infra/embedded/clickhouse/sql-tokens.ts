export interface SqlToken {
  /** `name` is a quoted identifier. Blanks and comments are no tokens. */
  kind: 'word' | 'name' | 'string' | 'symbol'
  text: string
  start: number
  end: number
  /** How many brackets are open around it; a bracket counts for what is between it and its partner. */
  depth: number
}

/**
 * Splits SQL the way ClickHouse's lexer does, lazily: what follows `FORMAT x` in an INSERT is data and is never looked at.
 * Something left open (a string, a comment) reaches to the end of the text; the engine then says what is wrong with it.
 */
export function* sqlTokens(sql: string): Generator<SqlToken> {
  let at = 0
  let depth = 0
  while (at < sql.length) {
    const skipped = endOfBlank(sql, at)
    if (skipped > at) {
      at = skipped
      continue
    }
    const { kind, end } = tokenAt(sql, at)
    const text = sql.slice(at, end)
    if (kind === 'symbol' && closing.has(text)) depth--
    yield { kind, text, start: at, end, depth }
    if (kind === 'symbol' && opening.has(text)) depth++
    at = end
  }
}

const opening = new Set(['(', '[', '{'])
const closing = new Set([')', ']', '}'])

function endOfBlank(sql: string, at: number): number {
  const blank = match(/\s+|--[^\n]*|#[!\s][^\n]*/y, sql, at)
  if (blank) return at + blank.length
  return sql.startsWith('/*', at) ? endOfComment(sql, at) : at
}

/** Comments nest in ClickHouse. */
function endOfComment(sql: string, start: number): number {
  const edges = /\/\*|\*\//g
  edges.lastIndex = start
  let open = 0
  for (let edge = edges.exec(sql); edge; edge = edges.exec(sql)) {
    open += edge[0] === '/*' ? 1 : -1
    if (open === 0) return edges.lastIndex
  }
  return sql.length
}

function tokenAt(sql: string, at: number): { kind: SqlToken['kind']; end: number } {
  const first = sql[at]!
  if (first === "'") return { kind: 'string', end: endOfQuoted(sql, at) }
  if (first === '`' || first === '"') return { kind: 'name', end: endOfQuoted(sql, at) }
  if (first === '‘') return { kind: 'string', end: endAfter(sql, '’', at + 1) }
  if (first === '“') return { kind: 'name', end: endAfter(sql, '”', at + 1) }
  const heredoc = match(/\$\w*\$/y, sql, at)
  if (heredoc) return { kind: 'string', end: endAfter(sql, heredoc, at + heredoc.length) }
  const word = match(/\w[\w$]*/y, sql, at)
  return word ? { kind: 'word', end: at + word.length } : { kind: 'symbol', end: at + 1 }
}

/** A quote stands inside its own kind of quotes after a backslash or doubled. */
function endOfQuoted(sql: string, start: number): number {
  const quote = sql[start]
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === '\\') at++
    else if (sql[at] === quote && sql[at + 1] === quote) at++
    else if (sql[at] === quote) return at + 1
  }
  return sql.length
}

function endAfter(sql: string, what: string, from: number): number {
  const found = sql.indexOf(what, from)
  return found === -1 ? sql.length : found + what.length
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(sql)?.[0]
}
