import { sql } from 'kysely'
import { AppError } from '#contract/errors.ts'
import type { Context } from './context.ts'
import { isOutage } from './patiently.ts'

/** Whom work waits for: room on a disk, the storage, or the database. */
export type Away = 'room' | 'storage' | 'database'

/**
 * Who is to blame where work failed because the storage or the database is away, or refuses us altogether: then it is nothing
 * that the file or this try could be blamed for. One object that can't be stored while all else can is no such thing: null.
 */
export async function findAway({ catalog, storage }: Context, error: unknown): Promise<Away | null> {
  // A full disk is mended by people, and until then it is nobody's fault.
  if (error instanceof AppError && error.code === 'storage_full') return 'room'
  if (!isOutage(error)) return null
  try {
    await sql`SELECT 1`.execute(catalog.database)
  } catch {
    return 'database'
  }
  return storage.check().then(
    () => null,
    (cause) => (cause instanceof AppError && cause.code === 'storage_full' ? 'room' : 'storage'),
  )
}
