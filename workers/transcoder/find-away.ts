import { sql } from 'kysely'
import type { Context } from './context.ts'
import { isOutage, isOverloaded } from './patiently.ts'

/** Whom work waits for: room on a disk, the storage, or the database. */
export type Away = 'room' | 'storage' | 'database'

/**
 * Who is to blame where work failed because the storage or the database is away, or refuses us altogether: then it is nothing
 * that the file or this try could be blamed for. One object that can't be stored while all else can is no such thing: null.
 */
export async function findAway({ catalog, storage }: Context, error: unknown): Promise<Away | null> {
  // A full disk is mended by people, and until then it is nobody's fault.
  if (isFull(error)) return 'room'
  if (!isOutage(error)) return null
  // It may well answer the next question, which is a smaller one.
  if (isOverloaded(error)) return 'database'
  try {
    await sql`SELECT 1`.execute(catalog.database)
  } catch {
    return 'database'
  }
  return storage.check().then(
    () => null,
    (cause) => (isFull(cause) ? 'room' : 'storage'),
  )
}

/** The storage's word for it, or the system's about our own scratch disk. */
function isFull(error: unknown): boolean {
  return ['storage_full', 'ENOSPC', 'EDQUOT'].includes((error as { code?: string } | null)?.code ?? '')
}
