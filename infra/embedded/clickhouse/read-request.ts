import type { IncomingMessage } from 'node:http'
import type { RequestState } from './connection.ts'
import { fault } from './fault.ts'
import { readBodyText, writeBody } from './request-body.ts'
import { readStatement, type Statement } from './statement.ts'

export interface QueryRequest {
  statement: Statement
  state: RequestState
  defaultFormat: string
  queryId: string
  /** Whether the caller asked for a compressed answer; which one it takes stands in its headers. */
  wantsCompression: boolean
}

/**
 * Reads a request as ClickHouse's HTTP interface does: settings and parameters from the URL, the statement from the URL
 * or the body, an insert's rows from what is left of the body. Rows end up in the input file.
 */
export async function readRequest(
  request: IncomingMessage,
  inputFile: string,
  limits: { insertBytes: number; statementBytes: number },
): Promise<QueryRequest> {
  const url = urlFields(request)
  refuseUnsupported(url)
  const inUrl = readUrlStatement(url.get('query'))
  const fields = inUrl ? url : await withBody(request, url, limits.statementBytes)
  const statement = inUrl ?? readStatement(fields.get('query') ?? '')
  if (statement.kind === 'insert') {
    await writeBody(inUrl ? request : undefined, statement.data, inputFile, limits.insertBytes)
  }
  const queryId = fields.get('query_id') ?? crypto.randomUUID()
  return {
    statement,
    queryId,
    state: {
      database: fields.get('database') ?? header(request, 'x-clickhouse-database') ?? 'default',
      settings: settingsOf(fields),
      parameters: parametersOf(fields),
      mark: crypto.randomUUID(),
    },
    defaultFormat: formatName(fields.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated'),
    wantsCompression: ['1', 'true'].includes(fields.get('enable_http_compression') ?? ''),
  }
}

function urlFields(request: IncomingMessage): Map<string, string> {
  const fields = new Map<string, string>()
  // The first of several counts, as in ClickHouse.
  for (const [name, value] of new URL(request.url!, 'http://local').searchParams) {
    if (!fields.has(name)) fields.set(name, value)
  }
  return fields
}

/** The statement in the URL when it is an insert that takes its rows from the body. */
function readUrlStatement(query: string | undefined): Statement | undefined {
  if (!query?.trim()) return undefined
  const statement = readStatement(query)
  return statement.kind === 'insert' ? statement : undefined
}

/** Adds what the body holds: the statement, its end, or a form with the statement and its parameters. */
async function withBody(
  request: IncomingMessage,
  url: Map<string, string>,
  maxBytes: number,
): Promise<Map<string, string>> {
  const { text, form } = await readBodyText(request, maxBytes)
  const fields = new Map([...url, ...form])
  const query = [fields.get('query') ?? '', text].filter(Boolean).join('\n')
  return fields.set('query', query)
}

const refused: Record<string, string> = {
  session_id: 'sessions',
  compress: "ClickHouse's native compression; ask for gzip by Accept-Encoding and enable_http_compression",
  decompress: "ClickHouse's native compression; send gzip with Content-Encoding",
  role: 'roles',
}

/** What would change the meaning of a request is refused rather than passed over. */
function refuseUnsupported(fields: Map<string, string>): void {
  const name = Object.keys(refused).find((name) => fields.has(name) && fields.get(name) !== '0')
  if (name) throw fault('NOT_IMPLEMENTED', `The embedded server has no ${refused[name]} (${name}).`)
}

const notSettings = new Set([
  ...['query', 'database', 'default_format', 'query_id', 'user', 'password', 'quota_key', 'stacktrace'],
  ...['session_id', 'session_timeout', 'session_check', 'compress', 'decompress', 'buffer_size', 'role'],
  // Of the HTTP handler, which this server is itself. Its answers are always complete before they are sent.
  ...['wait_end_of_query', 'enable_http_compression', 'log_comment'],
])

function settingsOf(fields: Map<string, string>): Map<string, string> {
  return new Map([...fields].filter(([name]) => !notSettings.has(name) && !name.startsWith('param_')))
}

function parametersOf(fields: Map<string, string>): Map<string, string> {
  const named = [...fields].filter(([name]) => name.startsWith('param_'))
  return new Map(named.map(([name, value]) => [name.slice('param_'.length), value]))
}

function formatName(name: string): string {
  if (!/^\w+$/.test(name)) throw fault('SYNTAX_ERROR', 'The default format is not a name.')
  return name
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}
