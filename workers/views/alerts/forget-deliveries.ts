import { sql } from 'kysely'
import type { Context } from '../context.ts'

/** What was sent or given up is kept for a month, for owners and administrators who ask what became of it; notifications for a year. */
export async function forgetDeliveries({ catalog }: Context): Promise<void> {
  await sql`DELETE FROM webhook_delivery WHERE status <> 'waiting' AND tried_at < now() - INTERVAL '30 days'`.execute(
    catalog.database,
  )
  await sql`DELETE FROM alert_mail WHERE status <> 'waiting' AND created_at < now() - INTERVAL '30 days'`.execute(
    catalog.database,
  )
  // A site stays known, so that nobody is told of it again.
  await sql`DELETE FROM notification WHERE created_at < now() - INTERVAL '1 year'`.execute(catalog.database)
}
