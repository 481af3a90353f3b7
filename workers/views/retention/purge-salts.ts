import { sql } from 'kysely'
import type { Context } from '../context.ts'

/**
 * A salt is deleted 48 hours after its day began, also when nobody visits; from then on nobody, we included, can tell whose
 * viewer hash one was. The table is written anew, so that the salt is not left in the space of the deleted row.
 */
export async function purgeSalts({ catalog }: Pick<Context, 'catalog'>): Promise<void> {
  const { numDeletedRows } = await catalog.database
    .deleteFrom('viewer_salt')
    .where('day', '<=', sql<string>`(now() AT TIME ZONE 'UTC')::date - 2`)
    .executeTakeFirst()
  if (numDeletedRows > 0n) await catalog.pool.query('VACUUM FULL viewer_salt')
}
