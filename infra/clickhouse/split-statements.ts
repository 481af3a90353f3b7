import { sqlTokens } from '../embedded/clickhouse/sql-tokens.ts'

/** Splits at semicolons that are neither in a string, a quoted name nor a comment. Statements without words fall out. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let start = 0
  let hasWords = false
  for (const token of sqlTokens(`${sql}\n;`)) {
    if (token.text !== ';' || token.depth > 0) {
      hasWords = true
      continue
    }
    if (hasWords) statements.push(sql.slice(start, token.start).trim())
    start = token.end
    hasWords = false
  }
  return statements
}
