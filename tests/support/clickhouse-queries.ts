import { Readable } from 'node:stream'
import type { TestClickHouse } from './clickhouse.ts'

/** What the tests of this folder ask of a server, in the words of the stock client. */
export function testQueries(server: TestClickHouse) {
  return {
    async command(query: string): Promise<void> {
      await server.client.command({ query })
    },

    /** The first column of the answer. */
    async column(
      query: string,
      query_params?: Record<string, unknown>,
      abort_signal?: AbortSignal,
    ): Promise<unknown[]> {
      const result = await server.client.query({ query, query_params, abort_signal, format: 'JSONCompactEachRow' })
      return (await result.json<unknown[]>()).map((row) => row[0])
    },

    /** The answer's bytes. */
    async bytes(query: string): Promise<Buffer> {
      const { stream } = await server.client.exec({ query })
      return Buffer.concat(await stream.toArray())
    },

    async insertTsv(rows: string, table = 'note', clickhouse_settings: Record<string, string> = {}) {
      const values = Readable.from([rows], { objectMode: false })
      return server.client.insert({ table, values, format: 'TabSeparated', clickhouse_settings })
    },

    /** An empty table `note` that honours deduplication tokens. */
    async createNote(): Promise<void> {
      await server.client.command({ query: 'DROP TABLE IF EXISTS note' })
      await server.client.command({
        query: `CREATE TABLE note (id UInt32, text String) ENGINE = MergeTree ORDER BY id
                SETTINGS non_replicated_deduplication_window = 1000`,
      })
    },
  }
}

export type TestQueries = ReturnType<typeof testQueries>

/** Runs until it is ended. */
export const endless = 'SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1'
