import type { ClickHouseClient } from '@clickhouse/client'

/** The rows of a query, 64-bit numbers as numbers. */
export async function rowsOf<Row>(
  clickhouse: ClickHouseClient,
  query: string,
  parameters: Record<string, unknown> = {},
): Promise<Row[]> {
  const result = await clickhouse.query({
    query,
    query_params: parameters,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  })
  return result.json<Row>()
}
