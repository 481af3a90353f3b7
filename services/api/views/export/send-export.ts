import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { type ExportFormat, exportFormats, viewsFilterSchema } from '#contract/views.ts'
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

/** Streams a table: rows are read no faster than the caller takes them, and no further once he is gone. */
export function sendExport(stores: Stores, findSubject: FindSubject): RequestHandler {
  return async (request, response) => {
    const { format } = exportFormatSchema.parse(request.query)
    const asked = await findSubject(request)
    const free = takeExportPlace(request.ip ?? '')
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    try {
      const table = String(request.params.table)
      const wanted = { table, query: request.query, asked, nowMs: Date.now(), signal: gone.signal }
      const exported = await begun(await openTable(stores, wanted))
      const filter = narrowFilter(viewsFilterSchema.parse(request.query), asked.forced)
      response.attachment(fileNameOf(asked.subject.title, { table, format, filter }))
      await send(request, response, { format, exported })
    } catch (error) {
      // Nobody is there to read an answer; what he has is visibly cut, for its end is missing.
      if (!gone.signal.aborted) throw error
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
  { format, exported }: { format: ExportFormat; exported: ExportedTable },
): Promise<void> {
  response.set({ 'Content-Type': types[format], 'Cache-Control': 'private, no-store', 'X-Robots-Tag': 'noindex' })
  if (request.method === 'HEAD') return void response.end()
  await pipeline(Readable.from(chunksOf(format, exported), { objectMode: false }), response)
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
