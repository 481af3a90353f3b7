import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { StartError } from '../../services/program/read-config.ts'
import { splitStatements } from './split-statements.ts'

const migrations = fileURLToPath(new URL('./migrations', import.meta.url))

/**
 * Applies the numbered `.sql` files that the database has not seen, in order, and resolves with their names.
 * A file is recorded after its last statement; a kill in the middle, or two programs at once, run some statements twice,
 * which is why each of them says IF NOT EXISTS. Throws a StartError that names the file and statement that failed.
 */
export async function migrateClickHouse(client: ClickHouseClient, folder = migrations): Promise<string[]> {
  await client.command({ query: createTable })
  const applied = await readApplied(client)
  const names = (await migrationNames(folder)).filter((name) => !applied.has(name))
  for (const name of names) {
    await apply(client, name, await readFile(join(folder, name), 'utf8'))
    await client.insert({ table: 'migration', values: [{ name }], columns: ['name'], format: 'JSONEachRow' })
  }
  return names
}

/** The same, from a URL as in `CLICKHOUSE_URL`, whose database is created where it is missing. */
export async function prepareClickHouse(url: string, folder = migrations): Promise<string[]> {
  await createDatabase(url)
  const client = createClient({ url, log })
  try {
    return await migrateClickHouse(client, folder)
  } finally {
    await client.close()
  }
}

// The client would print errors that are thrown as well.
const log = { level: ClickHouseLogLevel.OFF }

const createTable = `
CREATE TABLE IF NOT EXISTS migration
(
  name String,
  applied_at DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree
ORDER BY name`

async function readApplied(client: ClickHouseClient): Promise<Set<string>> {
  const result = await client.query({ query: 'SELECT DISTINCT name FROM migration', format: 'JSONEachRow' })
  return new Set((await result.json<{ name: string }>()).map((row) => row.name))
}

async function migrationNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  const numbers = names.map((name) => /^(\d{4})-/.exec(name)?.[1])
  const wrong = names.find((_, index) => !numbers[index] || numbers[index] === numbers[index - 1])
  if (wrong) throw new StartError(`The migration ${wrong} needs four digits of its own at the front of its name.`)
  return names
}

async function apply(client: ClickHouseClient, name: string, sql: string): Promise<void> {
  for (const [index, query] of splitStatements(sql).entries()) {
    try {
      await client.command({ query })
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error)
      throw new StartError(`Statement ${index + 1} of the migration ${name} failed: ${cause}`, { cause: error })
    }
  }
}

/** Asks first, for an account that may not create databases is fine where the database is there already. */
async function createDatabase(url: string): Promise<void> {
  // As the client reads it, which takes the path as it stands.
  const database = new URL(url).pathname.slice(1) || 'default'
  const client = createClient({ url: Object.assign(new URL(url), { pathname: '/' }), database: 'default', log })
  try {
    const exists = await client.query({
      query: 'SELECT 1 FROM system.databases WHERE name = {database:String}',
      query_params: { database },
      format: 'JSONEachRow',
    })
    if ((await exists.json()).length > 0) return
    await client.command({
      query: 'CREATE DATABASE IF NOT EXISTS {database:Identifier} ENGINE = Atomic',
      query_params: { database },
    })
  } catch (error) {
    if (error instanceof ClickHouseError) throw new StartError(refusal(database, error), { cause: error })
    throw error
  } finally {
    await client.close()
  }
}

function refusal(database: string, error: ClickHouseError): string {
  return `ClickHouse would not create the database ${database}: ${error.message}`
}
