import { Readable } from 'node:stream'
import { type ClickHouseClient, ClickHouseError } from '@clickhouse/client'
import { AppError } from '#contract/errors.ts'
import type { Logger } from '../../program/logger.ts'
import { rowColumns } from '../play-row.ts'
import type { Batch } from '../spool/reader.ts'
import { touchHours } from './touch-hours.ts'

/** Resolves with the number of rows that ClickHouse can't read, once it has all others; rejects while it can't have them. */
export type InsertRows = (batch: Batch, signal: AbortSignal) => Promise<number>

/**
 * Inserts a batch into `play`. Its token is made of the segment and the byte range, so ClickHouse knows a batch that it
 * was sent before; and where it forgot, rows that arrive twice change nothing. Then says which hours have changed.
 */
export function createInsertRows(clickhouse: ClickHouseClient, logger: Logger): InsertRows {
  async function insert(batch: Batch, signal: AbortSignal, from: number, to: number): Promise<number> {
    if (from === to) return 0
    try {
      await send(clickhouse, batch, signal, from, to)
      return 0
    } catch (error) {
      if (!isUnreadable(error)) throw error
      if (to - from > 1) return insertHalves(batch, signal, from, to)
      // The row stays in the drained segment for a day; a row that can't be read must not hold up the others for ever.
      logger.error({ err: error, segment: batch.segment.name, range: [batch.from, batch.to] }, 'a row was rejected')
      return 1
    }
  }

  async function insertHalves(batch: Batch, signal: AbortSignal, from: number, to: number): Promise<number> {
    const middle = Math.ceil((from + to) / 2)
    return (await insert(batch, signal, from, middle)) + (await insert(batch, signal, middle, to))
  }

  return async (batch, signal) => {
    const rejected = await insert(batch, signal, 0, batch.rows.length)
    await touchHours(clickhouse, batch.rows, signal)
    return rejected
  }
}

async function send(clickhouse: ClickHouseClient, batch: Batch, signal: AbortSignal, from: number, to: number) {
  const part = to - from === batch.rows.length ? '' : `:${from}-${to}`
  await clickhouse.insert({
    table: 'play',
    columns: columnsOf(batch.segment.rowVersion),
    values: Readable.from([batch.rows.slice(from, to)], { objectMode: false }),
    format: 'TabSeparated',
    abort_signal: signal,
    clickhouse_settings: {
      // The batch is made already; gathering it again in ClickHouse's memory would only lose it there.
      async_insert: 0,
      insert_deduplicate: 1,
      insert_deduplication_token: `${batch.segment.name}:${batch.from}-${batch.to}${part}`,
    },
  })
}

function columnsOf(version: number): [string, ...string[]] {
  const columns = rowColumns[version]
  if (!columns)
    throw new AppError('internal', `This program is older than the rows of version ${version} in the spool.`)
  return columns
}

/** Whether ClickHouse understood everything but the rows. */
function isUnreadable(error: unknown): boolean {
  return error instanceof ClickHouseError && unreadable.has(error.type ?? '')
}

const unreadable = new Set([
  'CANNOT_PARSE_INPUT_ASSERTION_FAILED',
  'CANNOT_PARSE_TEXT',
  'CANNOT_PARSE_NUMBER',
  'CANNOT_PARSE_DATE',
  'CANNOT_PARSE_DATETIME',
  'CANNOT_PARSE_ESCAPE_SEQUENCE',
  'CANNOT_READ_ALL_DATA',
  'TOO_LARGE_STRING_SIZE',
  'INCORRECT_DATA',
])
