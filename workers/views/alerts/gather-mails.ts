import { sql } from 'kysely'
import type { Context } from '../context.ts'

// A video that goes around the world in an hour brings six mails, not thousands.
const quietMinutes = 10

/** Puts what gathered for each owner into one mail, unless the last was just made or still waits to be sent. */
export async function gatherMails({ catalog }: Context): Promise<void> {
  await sql`
    WITH made AS (
      INSERT INTO alert_mail (user_id)
      SELECT user_id
      FROM alert_settings
      WHERE mail
        AND EXISTS (SELECT FROM notification WHERE notification.user_id = alert_settings.user_id AND wants_mail)
        AND NOT EXISTS (
          SELECT FROM alert_mail
          WHERE alert_mail.user_id = alert_settings.user_id
            AND (status = 'waiting' OR status <> 'dropped' AND created_at > now() - ${quietMinutes} * INTERVAL '1 minute')
        )
      RETURNING id, user_id
    )
    UPDATE notification
    SET mail_id = made.id, wants_mail = false
    FROM made
    WHERE notification.user_id = made.user_id AND wants_mail`.execute(catalog.database)
}
