import { sql } from 'kysely'
import { AppError } from '#contract/errors.ts'
import type { Context } from './context.ts'
import { isOutage } from './patiently.ts'

/**
 * Whether work failed because the storage or the database is away, or refuses us altogether: then it is nothing that the
 * file or this try could be blamed for. One object that can't be stored while all else can is no such thing.
 */
export async function isNeighbourAway({ catalog, storage }: Context, error: unknown): Promise<boolean> {
  // A full disk is mended by people, and until then it is nobody's fault.
  if (error instanceof AppError && error.code === 'storage_full') return true
  if (!isOutage(error)) return false
  try {
    await storage.check()
    await sql`SELECT 1`.execute(catalog.database)
    return false
  } catch {
    return true
  }
}
