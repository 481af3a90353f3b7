import { once } from 'node:events'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { type ExportFormat, exportFormats, viewsFilterSchema } from '#contract/views.ts'
import { networkKey } from '../../http/network-key.ts'
import { leftSignal } from '../../http/when-over.ts'
import { askUntil } from '../ask-until.ts'
import { narrowFilter } from '../narrow-filter.ts'
import type { FindSubject } from '../views-subject.ts'
import { takeExportPlace } from './export-places.ts'
import { fileNameOf } from './file-name.ts'
import { writeParquet } from './parquet/write-parquet.ts'
import type { ExportedTable } from './table.ts'
import { openTable, type Stores } from './tables.ts'
import { writeCsv } from './write-csv.ts'
import { writeJson } from './write-json.ts'

/** Of `GET …/views/export/:table`, beside what the table itself is asked with. */
export const exportFormatSchema = z.object({ format: z.enum(exportFormats).default('csv') })

// A telephone in a tunnel comes back sooner; the others hold one of few places.
const defaultPatienceMs = 60_000

/**
 * Streams a table: rows are read no faster than the caller takes them, and no further once he is gone or took nothing
 * for `patienceMs`.
 */
export function sendExport(
  stores: Stores,
  findSubject: FindSubject,
  { patienceMs = defaultPatienceMs } = {},
): RequestHandler {
  return async (request, response) => {
    const { format } = exportFormatSchema.parse(request.query)
    const asked = await findSubject(request)
    const left = leftSignal(request, response)
    if (left.aborted) return
    const free = takeExportPlace(networkKey(request.ip))
    // The socket's own clock: it begins anew with whatever part of a chunk is taken.
    response.setTimeout(patienceMs, () => response.writableNeedDrain && response.destroy())
    try {
      const table = String(request.params.table)
      const wanted = { table, query: request.query, asked, nowMs: Date.now(), signal: left }
      const clickhouse = askUntil(stores.clickhouse, left)
      const exported = await begun(await openTable({ ...stores, clickhouse }, wanted))
      const filter = narrowFilter(viewsFilterSchema.parse(request.query), asked.forced)
      response.attachment(fileNameOf(asked.subject.title, { table, format, filter }))
      await send(request, response, { format, exported, left })
    } catch (error) {
      // Nobody is there to read an answer; what he has is visibly cut, for its end is missing.
      if (!left.aborted) throw error
    } finally {
      free()
    }
  }
}

const types: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
}

async function send(
  request: Request,
  response: Response,
  { format, exported, left }: { format: ExportFormat; exported: ExportedTable; left: AbortSignal },
): Promise<void> {
  response.set({ 'Content-Type': types[format], 'Cache-Control': 'private, no-store', 'X-Robots-Tag': 'noindex' })
  if (request.method === 'HEAD') return void response.end()
  // By hand, because a pipe does not tell whether it broke on our side or on the reader's.
  for await (const chunk of chunksOf(format, exported)) {
    left.throwIfAborted()
    if (!response.write(chunk)) await once(response, 'drain', { signal: left })
  }
  response.end()
}

function chunksOf(format: ExportFormat, table: ExportedTable): AsyncGenerator<string | Buffer> {
  if (format === 'csv') return writeCsv(table)
  if (format === 'json') return writeJson({ batches: table.objects ?? table.batches })
  return writeParquet(table)
}

/** Waits for the first rows, so that a question that can't be answered gets an error and not half a file. */
async function begun(table: ExportedTable): Promise<ExportedTable> {
  const rest = table.batches[Symbol.asyncIterator]()
  const first = await rest.next()
  async function* batches() {
    try {
      if (first.done) return
      yield first.value
      for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
    } finally {
      await rest.return?.()
    }
  }
  return { ...table, batches: batches() }
}
