import type { ClickHouseClient } from '@clickhouse/client'
import { asRefusal } from './ask-plays.ts'
import type { Sums } from './plan-sums.ts'

/**
 * The rows of one query as they are taken: all of one moment, however long that lasts, and only a batch of them in memory.
 * Throws `too_many_plays` before the first of them.
 */
export async function* streamRows<Row>(
  clickhouse: ClickHouseClient,
  { sql, parameters }: Sums,
  signal: AbortSignal,
): AsyncGenerator<Row[]> {
  let batch: Row[] = []
  for await (const rows of (await begin(clickhouse, { sql, parameters }, signal)).stream<Row>()) {
    for (const row of rows) batch.push(row.json())
    if (batch.length < rowsPerBatch) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

async function begin(clickhouse: ClickHouseClient, { sql, parameters }: Sums, signal: AbortSignal) {
  // The client hears of what happens from now on only.
  signal.throwIfAborted()
  try {
    return await clickhouse.query({
      query: sql,
      query_params: parameters,
      format: 'JSONEachRow',
      clickhouse_settings: {
        output_format_json_quote_64bit_integers: 0,
        max_execution_time: mostSeconds,
        // The answer waits on ClickHouse's disk: who takes it slowly holds no query up, and a fault comes before all rows.
        wait_end_of_query: 1,
      },
      abort_signal: signal,
    })
  } catch (error) {
    throw asRefusal(error)
  }
}

// Titles of pages are looked up for a batch at a time.
const rowsPerBatch = 1_000

// Longer than a page may take: this is a file with all there is.
const mostSeconds = 60
