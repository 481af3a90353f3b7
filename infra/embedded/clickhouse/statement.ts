import { fault } from './fault.ts'
import { type SqlToken, sqlTokens } from './sql-tokens.ts'

/** What one request asks for, cut where this server has to add something. */
export type Statement = {
  /** Names in `{name:Type}`. */
  placeholders: string[]
} & (
  | {
      /** Answers rows; `INTO OUTFILE` and, where missing, `FORMAT` are put between head and tail. */
      kind: 'read'
      head: string
      format: string | undefined
      tail: string
    }
  | {
      /** Takes rows; `FROM INFILE` is put between head and tail. What follows the format is the beginning of the data. */
      kind: 'insert'
      head: string
      tail: string
      data: string
    }
  | {
      /** Answers nothing. `leavesTraces`: it would change what the next request on the same connection sees. */
      kind: 'command'
      head: string
      leavesTraces: boolean
    }
)

/** Throws the fault ClickHouse answers for no statement, several statements, or one that reaches for local files. */
export function readStatement(sql: string): Statement {
  const insert = insertWithData(sql)
  if (insert) return insert
  const tokens = singleStatement([...sqlTokens(sql)])
  refuseFiles(tokens)
  refuseInput(tokens)
  const end = tokens.at(-1)!.end
  const placeholders = placeholdersOf(tokens)
  if (!isRead(tokens[0]!))
    return { kind: 'command', head: sql.slice(0, end), leavesTraces: leavesTraces(tokens), placeholders }
  const at = formatIndex(tokens)
  if (at === -1) return { kind: 'read', head: sql.slice(0, end), format: undefined, tail: '', placeholders }
  return {
    kind: 'read',
    head: sql.slice(0, tokens[at]!.start),
    format: tokens[at + 1]!.text,
    tail: sql.slice(tokens[at + 1]!.end, end),
    placeholders,
  }
}

function insertWithData(sql: string): Statement | undefined {
  const seen: SqlToken[] = []
  let settingsStart: number | undefined
  for (const token of sqlTokens(sql)) {
    const before = seen.at(-1)
    seen.push(token)
    if (seen.length === 1 && !isWord(token, 'INSERT')) return undefined
    if (token.text === ';' && token.depth === 0) return undefined
    if (before && isWord(before, 'FORMAT') && before.depth === 0 && !isTableName(seen.at(-3))) {
      refuseFiles(seen)
      const cut = settingsStart ?? before.start
      return {
        kind: 'insert',
        head: sql.slice(0, cut),
        tail: sql.slice(cut, token.end),
        data: sql.slice(token.end).replace(/^[ \t\f]*;?[ \t\f]*\r?\n?/, ''),
        placeholders: placeholdersOf(seen),
      }
    }
    if (token.depth > 0 || isTableName(before)) continue
    if (isWord(token, 'SETTINGS')) settingsStart ??= token.start
    if (isWord(token, 'SELECT', 'WITH', 'VALUES')) return undefined
  }
  return undefined
}

/** Whether the token after this one names a table, whatever word it is. */
function isTableName(before: SqlToken | undefined): boolean {
  return before !== undefined && (isWord(before, 'INTO', 'TABLE', 'FUNCTION') || before.text === '.')
}

function singleStatement(tokens: SqlToken[]): SqlToken[] {
  const end = tokens.findIndex((token) => token.text === ';' && token.depth === 0)
  const statement = end === -1 ? tokens : tokens.slice(0, end)
  if (statement.length === 0) throw fault('SYNTAX_ERROR', 'Syntax error: Empty query.')
  const rest = tokens.slice(statement.length).find((token) => token.text !== ';')
  if (rest)
    throw fault(
      'SYNTAX_ERROR',
      `Syntax error (Multi-statements are not allowed): failed at position ${rest.start + 1}.`,
    )
  return statement
}

/** The engine runs in this process and would open any file it may; a server refuses these over HTTP as well. */
function refuseFiles(tokens: SqlToken[]): void {
  const file = tokens.find(
    (token, index) => isWord(token, 'INFILE', 'OUTFILE') && isWord(tokens[index - 1], 'FROM', 'INTO'),
  )
  if (file) throw fault('INTO_OUTFILE_NOT_ALLOWED', `${file.text.toUpperCase()} is not allowed over HTTP.`)
}

/** The engine would answer 200 and store nothing. */
function refuseInput(tokens: SqlToken[]): void {
  const isInput = (token: SqlToken, index: number) => isWord(token, 'INPUT') && tokens[index + 1]?.text === '('
  if (isWord(tokens[0], 'INSERT') && tokens.some(isInput)) {
    throw fault('NOT_IMPLEMENTED', 'The embedded server has no input(); insert into a table and select from it.')
  }
}

function isRead(first: SqlToken): boolean {
  return (
    first.text === '(' ||
    isWord(first, 'SELECT', 'WITH', 'FROM', 'SHOW', 'DESCRIBE', 'DESC', 'EXISTS', 'EXPLAIN', 'CHECK')
  )
}

/** `FORMAT x` counts only at the end or before SETTINGS: elsewhere `format` may be a column. */
function formatIndex(tokens: SqlToken[]): number {
  return tokens.findLastIndex(
    (token, index) =>
      token.depth === 0 &&
      isWord(token, 'FORMAT') &&
      tokens[index - 1]?.text !== '.' &&
      tokens[index + 1]?.kind === 'word' &&
      (tokens[index + 2] === undefined || isWord(tokens[index + 2], 'SETTINGS')),
  )
}

function leavesTraces(tokens: SqlToken[]): boolean {
  return isWord(tokens[0], 'SET', 'USE') || tokens.slice(0, 4).some((token) => isWord(token, 'TEMPORARY'))
}

function placeholdersOf(tokens: SqlToken[]): string[] {
  return tokens
    .filter(
      (token, index) => tokens[index - 1]?.text === '{' && token.kind === 'word' && tokens[index + 1]?.text === ':',
    )
    .map((token) => token.text)
}

function isWord(token: SqlToken | undefined, ...words: string[]): boolean {
  return token?.kind === 'word' && words.includes(token.text.toUpperCase())
}
