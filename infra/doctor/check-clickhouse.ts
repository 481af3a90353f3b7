import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { type Check, expectThat, type Finding, ok, reasonOf } from './finding.ts'

/** The owner's ClickHouse, or the embedded engine of a system that runs. */
export function checkClickHouse(url: string): Check {
  return {
    title: 'ClickHouse',
    async look() {
      const client = createClient({ url, request_timeout: 10_000, log: { level: ClickHouseLogLevel.OFF } })
      try {
        const version = await one<{ version: string }>(client, 'SELECT version() AS version')
        return [ok('connection', 'reached'), versionFinding(version.version), await trial(client)]
      } catch (error) {
        const advice =
          'Views are kept on disk until it is back, but can’t be looked at. Look whether it runs, and whether user, password, host and database of CLICKHOUSE_URL are right.'
        return [{ mark: 'fail', name: 'connection', found: reasonOf(error), advice }]
      } finally {
        await client.close()
      }
    },
  }
}

function versionFinding(version: string): Finding {
  const [year = 0, month = 0] = version.split('.').map(Number)
  const isFine = year > 23 || (year === 23 && month >= 8)
  return expectThat(
    isFine,
    'version',
    version,
    'fail',
    'Views Details ask questions that need 23.8 or newer; upgrade it.',
  )
}

async function trial(client: ClickHouseClient): Promise<Finding> {
  const table = `doctor_trial_${randomBytes(8).toString('hex')}`
  const query_params = { table }
  try {
    const query = await readFile(new URL('./clickhouse-trial.sql', import.meta.url), 'utf8')
    await client.command({ query, query_params })
    await client.insert({ table, values: [{ id: 1, word: 'ok' }], format: 'JSONEachRow' })
    const { word } = await one<{ word: string }>(
      client,
      'SELECT word FROM {table:Identifier} WHERE id = 1',
      query_params,
    )
    return expectThat(word === 'ok', 'write and read', word, 'fail', 'Views would be counted wrong.')
  } catch (error) {
    const advice =
      'Views can’t be stored. Give the user of CLICKHOUSE_URL the right to create, fill and drop tables in its database.'
    return { mark: 'fail', name: 'write and read', found: reasonOf(error), advice }
  } finally {
    await client.command({ query: 'DROP TABLE IF EXISTS {table:Identifier} SYNC', query_params }).catch(() => {})
  }
}

async function one<Row>(client: ClickHouseClient, query: string, query_params = {}): Promise<Row> {
  const answer = await client.query({ query, query_params, format: 'JSONEachRow' })
  return (await answer.json<Row>())[0]!
}
