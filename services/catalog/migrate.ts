import { readdir, readFile } from 'node:fs/promises'
import { type Kysely, sql } from 'kysely'
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration'
import type { Database } from './schema.ts'

const folder = new URL('./migrations/', import.meta.url)

/** Applies the .sql files that the database does not have yet, in order, under a lock; safe when several programs start at once. */
export async function migrateCatalog(database: Kysely<Database>): Promise<void> {
  const { error } = await new Migrator({ db: database, provider: sqlFiles }).migrateToLatest()
  if (error) throw error
}

const sqlFiles: MigrationProvider = {
  async getMigrations() {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
    const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')))
    return Object.fromEntries(names.map((name, index) => [name, migration(texts[index]!)]))
  },
}

function migration(text: string): Migration {
  return {
    async up(database) {
      await sql.raw(text).execute(database)
    },
  }
}
