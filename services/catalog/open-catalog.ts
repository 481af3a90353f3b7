import { Kysely, PostgresDialect } from 'kysely'
import { Pool, type PoolConfig } from 'pg'
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
  await migrate({ databaseUrl, onError })
  const { pool, database } = openDatabase({ databaseUrl, onError })
  try {
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

/**
 * Over a connection of its own, whose questions may take as long as they need: a change of a large table, cancelled for being
 * slow, would be begun again at every start and never be done.
 */
async function migrate({ databaseUrl, onError }: CatalogOptions): Promise<void> {
  const { connectionTimeoutMillis, keepAlive } = patience
  const limits = { connectionTimeoutMillis, keepAlive, options: '-c statement_timeout=0' }
  const { database } = connect({ databaseUrl, onError }, { max: 1, ...limits })
  try {
    await migrateCatalog(database)
  } finally {
    await database.destroy()
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
  const limits = { max: connections.pool, ...patience, ...patienceOfQuestions }
  const readOnly = isReadOnly && { options: '-c default_transaction_read_only=on' }
  return connect({ databaseUrl, onError }, { ...readOnly, ...limits })
}

function connect({ databaseUrl, onError }: CatalogOptions, limits: PoolConfig): OpenDatabase {
  const pool = new Pool({ connectionString: databaseUrl, ...limits })
  letGoOfLost(pool, databaseUrl, onError)
  return { pool, database: new Kysely<Database>({ dialect: new PostgresDialect({ pool }) }) }
}
