import { sql } from 'kysely'
import type { Context } from './context.ts'
import { isOutage } from './patiently.ts'

/**
 * Whether work failed because the storage or the database is away, or refuses us altogether: then it is nothing that the
 * file or this try could be blamed for. One object that can't be stored while all else can is no such thing.
 */
export async function isNeighbourAway({ catalog, storage }: Context, error: unknown): Promise<boolean> {
  if (!isOutage(error)) return false
  try {
    await storage.check()
    await sql`SELECT 1`.execute(catalog.database)
    return false
  } catch {
    return true
  }
}
