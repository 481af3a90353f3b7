import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import { connections, patience, patienceOfQuestions } from './connections.ts'
import { type Jobs, openJobs } from './jobs.ts'
import { letGoOfLost } from './let-go-of-lost.ts'
import { migrateCatalog } from './migrate.ts'
import type { Database } from './schema.ts'

export interface Catalog {
  database: Kysely<Database>
  pool: Pool
  jobs: Jobs
  close(): Promise<void>
}

interface CatalogOptions {
  databaseUrl: string
  onError: (error: unknown) => void
}

/** Opens Postgres, brings its tables up to date, and starts the job queue. Rejects where the database can't be reached in 5 s. */
export async function openCatalog({ databaseUrl, onError }: CatalogOptions): Promise<Catalog> {
  const { pool, database } = openDatabase({ databaseUrl, onError })
  try {
    await migrateCatalog(database)
    const jobs = await openJobs(databaseUrl, onError)
    return {
      database,
      pool,
      jobs,
      async close() {
        await jobs.close()
        await database.destroy()
      },
    }
  } catch (error) {
    await database.destroy()
    throw error
  }
}

interface OpenDatabase {
  pool: Pool
  database: Kysely<Database>
}

/** The tables as they are, whatever version made them; connected to when first asked. `isReadOnly`: the server refuses any change. */
export function openDatabase({
  databaseUrl,
  onError,
  isReadOnly,
}: CatalogOptions & { isReadOnly?: boolean }): OpenDatabase {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: connections.pool,
    ...(isReadOnly && { options: '-c default_transaction_read_only=on' }),
    ...patience,
    ...patienceOfQuestions,
  })
  letGoOfLost(pool, onError)
  return { pool, database: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }) }
}
