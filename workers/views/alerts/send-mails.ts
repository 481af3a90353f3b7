import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { Mailer } from './open-mailer.ts'
import { mailPausesMs } from './retry-pauses.ts'
import { type AlertMail, mostMailedSites, writeAlertMail } from './write-alert-mail.ts'

interface DueMail {
  id: string
  user_id: string
  /** This try included. */
  attempts: number
}

/**
 * Sends the mails that are due, one after another. A mail that the server took is marked at once; only a kill between
 * the two sends it again, with the same Message-ID.
 */
export async function sendMails(context: Context, mailer: Mailer, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await claimMail(context)
    if (!due) return
    await sendMail(context, mailer, due)
  }
}

/** The try is counted and the next one set before this one begins. */
async function claimMail({ catalog }: Context): Promise<DueMail | undefined> {
  const pauses = mailPausesMs.map((ms) => ms / 1000)
  const { rows } = await sql<DueMail>`
    UPDATE alert_mail
    SET attempts = attempts + 1,
        next_try_at = now() + coalesce((${pauses}::float8[])[attempts + 1], ${pauses[0]}) * INTERVAL '1 second'
    WHERE id = (
      SELECT id FROM alert_mail WHERE status = 'waiting' AND next_try_at <= now()
      ORDER BY next_try_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, user_id, attempts`.execute(catalog.database)
  return rows[0]
}

async function sendMail(context: Context, mailer: Mailer, due: DueMail): Promise<void> {
  const mail = await readMail(context, due)
  if (!mail) return settle(context, due, 'dropped', 'There is nothing to tell any more, or mails were turned off.')
  const result = await mailer.send(mail)
  if (result.is === 'sent') return settle(context, due, 'sent', '')
  const isLast = result.is === 'refused' || due.attempts > mailPausesMs.length
  context.logger.warn({ mail: due.id, reason: result.message, isLast }, 'a mail could not be sent')
  await settle(context, due, isLast ? 'failed' : 'waiting', result.message)
}

/** Null where the owner wants no mails any more, or the videos are gone. */
async function readMail({ catalog, config }: Context, { id, user_id }: DueMail): Promise<AlertMail | null> {
  const owner = await catalog.database
    .selectFrom('alert_settings')
    .innerJoin('user', 'user.id', 'alert_settings.user_id')
    .select(['user.email', 'alert_settings.unsubscribe_secret'])
    .where('user_id', '=', user_id)
    .where('mail', '=', true)
    .executeTakeFirst()
  const told = catalog.database.selectFrom('notification').where('mail_id', '=', id)
  const { total } = await told.select(({ fn }) => fn.countAll<string>().as('total')).executeTakeFirstOrThrow()
  if (!owner || Number(total) === 0) return null
  const sites = await told
    .innerJoin('video', 'video.id', 'notification.video_id')
    .select(['video_id as videoId', 'video.title as videoTitle', 'site', 'page', 'grade'])
    .orderBy('notification.id')
    .limit(mostMailedSites)
    .execute()
  return writeAlertMail({
    mailId: id,
    to: owner.email,
    publicUrl: config.PUBLIC_URL,
    unsubscribeSecret: owner.unsubscribe_secret,
    sites,
    total: Number(total),
  })
}

async function settle(
  { catalog }: Context,
  { id }: DueMail,
  status: 'waiting' | 'sent' | 'dropped' | 'failed',
  message: string,
): Promise<void> {
  await catalog.database
    .updateTable('alert_mail')
    .set({ status, message: message.slice(0, 1_000) })
    .where('id', '=', id)
    .execute()
}
