import { sql } from 'kysely'
import { saltLifetimeHours } from '#contract/retention.ts'
import type { Context } from '../context.ts'

/**
 * A salt is deleted when its lifetime, counted from the beginning of its day, is over, also when nobody visits; from then on nobody, we included, can tell whose
 * viewer hash one was. The table is written anew, so that the salt is not left in the space of the deleted row.
 */
export async function purgeSalts({ catalog }: Pick<Context, 'catalog'>): Promise<void> {
  const { numDeletedRows } = await catalog.database
    .deleteFrom('viewer_salt')
    .where('day', '<=', sql<string>`(now() AT TIME ZONE 'UTC' - make_interval(hours => ${saltLifetimeHours}))::date`)
    .executeTakeFirst()
  if (numDeletedRows > 0n) await catalog.pool.query('VACUUM FULL viewer_salt')
}
