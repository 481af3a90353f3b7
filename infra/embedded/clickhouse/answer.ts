import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, createZstdCompress } from 'node:zlib'
import type { Counted } from './connection.ts'
import { type ClickHouseFault, fault } from './fault.ts'
import type { QueryRequest } from './read-request.ts'

export interface Outcome {
  counted: Counted
  outputFile: string
  elapsedMs: number
}

/** Sends a finished answer: everything is in the file, so its status is always the truth. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  query: QueryRequest,
  outcome: Outcome,
): Promise<void> {
  if (query.statement.kind !== 'read') {
    response.writeHead(200, { ...headers(query, outcome), 'Content-Length': 0 })
    return void response.end()
  }
  await using file = await openAnswer(outcome.outputFile)
  const { size } = await file.stat()
  const encoding = query.wantsCompression && size > 0 ? chosenEncoding(request) : undefined
  response.writeHead(200, {
    ...headers(query, outcome),
    ...(encoding ? { 'Content-Encoding': encoding } : { 'Content-Length': size }),
  })
  if (encoding) await pipeline(file.createReadStream(), encoders[encoding](), response)
  else if (size > wholeBytes) await pipeline(file.createReadStream(), response)
  else response.end((await file.read(Buffer.allocUnsafe(size), 0, size)).buffer)
}

// What one read takes in: most answers, and without the cost of a stream.
const wholeBytes = 64 * 1024

/** A few statements, such as EXPLAIN AST, ignore INTO OUTFILE. An empty answer would be a lie. */
async function openAnswer(path: string): Promise<FileHandle> {
  return open(path, 'r').catch(() => {
    throw fault('NOT_IMPLEMENTED', 'The embedded server has no way to answer this statement.')
  })
}

function headers(query: QueryRequest, outcome: Outcome): Record<string, string> {
  return {
    'Content-Type': contentType(query),
    'X-ClickHouse-Query-Id': query.queryId,
    'X-ClickHouse-Format': formatOf(query),
    'X-ClickHouse-Timezone': 'UTC',
    'X-ClickHouse-Server-Display-Name': 'embedded',
    'X-ClickHouse-Summary': JSON.stringify(summary(query, outcome)),
  }
}

/** The text and the header from which the client makes its ClickHouseError. */
export function sendFault(response: ServerResponse, refusal: ClickHouseFault): void {
  if (response.headersSent || response.destroyed) return void response.destroy()
  response.writeHead(refusal.status, {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': String(refusal.code),
  })
  response.end(`${refusal.message}\n`)
}

const encoders = {
  gzip: () => createGzip({ level: 3 }),
  zstd: () => createZstdCompress(),
} satisfies Record<string, () => Transform>

function chosenEncoding(request: IncomingMessage): keyof typeof encoders | undefined {
  const accepted = String(request.headers['accept-encoding'] ?? '')
  return (['zstd', 'gzip'] as const).find((encoding) => accepted.includes(encoding))
}

function formatOf(query: QueryRequest): string {
  const explicit = query.statement.kind === 'read' ? query.statement.format : undefined
  return explicit ?? query.defaultFormat
}

function contentType(query: QueryRequest): string {
  const format = formatOf(query)
  if (/^JSON(Compact|Strings|Columns)?$/.test(format)) return 'application/json; charset=UTF-8'
  if (/^JSON.*EachRow/.test(format)) return 'application/x-ndjson; charset=UTF-8'
  if (/^CSV/.test(format)) return 'text/csv; charset=UTF-8'
  if (/^(TSV|TabSeparated)/.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  return 'application/octet-stream'
}

/** The engine tells the rows of a result and the rows an insert wrote, not how many it read to find them. */
function summary(query: QueryRequest, { counted, elapsedMs }: Outcome): Record<string, string> {
  const isInsert = query.statement.kind === 'insert'
  const rows = String(counted.rows)
  const bytes = String(counted.bytes)
  return {
    read_rows: isInsert ? rows : '0',
    read_bytes: isInsert ? bytes : '0',
    written_rows: isInsert ? rows : '0',
    written_bytes: isInsert ? bytes : '0',
    total_rows_to_read: '0',
    result_rows: rows,
    result_bytes: bytes,
    elapsed_ns: String(Math.round(elapsedMs * 1e6)),
  }
}
