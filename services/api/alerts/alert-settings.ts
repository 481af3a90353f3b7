import { randomBytes } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { AlertTables } from '#catalog/alert-tables.ts'
import type { Database } from '#catalog/schema.ts'
import type { AlertSettings, RenewSecret } from '#contract/alerts.ts'

type SettingsRow = Selectable<AlertTables['alert_settings']>

/** Made, with secrets of its own, when somebody opens them first. */
export async function openSettings(database: Kysely<Database>, userId: string): Promise<SettingsRow> {
  await database
    .insertInto('alert_settings')
    .values({
      user_id: userId,
      webhook_secret: newWebhookSecret(),
      feed_secret: newAddress(),
      unsubscribe_secret: newAddress(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return database.selectFrom('alert_settings').selectAll().where('user_id', '=', userId).executeTakeFirstOrThrow()
}

export async function saveSettings(database: Kysely<Database>, userId: string, settings: AlertSettings): Promise<void> {
  await openSettings(database, userId)
  await database
    .updateTable('alert_settings')
    .set({ mail: settings.mail, webhook_url: settings.webhookUrl })
    .where('user_id', '=', userId)
    .execute()
  if (!settings.mail) await forgetWaitingMails(database, userId)
}

export async function renewSecret(database: Kysely<Database>, userId: string, { what }: RenewSecret): Promise<void> {
  await openSettings(database, userId)
  await database
    .updateTable('alert_settings')
    .set(what === 'webhook' ? { webhook_secret: newWebhookSecret() } : { feed_secret: newAddress() })
    .where('user_id', '=', userId)
    .execute()
}

/** Whoever has the secret out of a mail may end the mails; twice is once. Tells whether there is such a secret. */
export async function unsubscribe(database: Kysely<Database>, secret: string): Promise<boolean> {
  const row = await database
    .updateTable('alert_settings')
    .set({ mail: false })
    .where('unsubscribe_secret', '=', secret)
    .returning('user_id')
    .executeTakeFirst()
  if (row) await forgetWaitingMails(database, row.user_id)
  return row !== undefined
}

/** Who turns mails on again later hears of what comes then. */
async function forgetWaitingMails(database: Kysely<Database>, userId: string): Promise<void> {
  await database
    .updateTable('notification')
    .set({ wants_mail: false })
    .where('user_id', '=', userId)
    .where('wants_mail', '=', true)
    .execute()
}

function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64url')}`
}

function newAddress(): string {
  return randomBytes(24).toString('base64url')
}
