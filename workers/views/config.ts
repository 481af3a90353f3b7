import { z } from 'zod'
import { logLevel, readConfig, signingKeys } from '../../services/program/read-config.ts'

const settings = z.object({
  DATABASE_URL: z.string().min(1),
  CLICKHOUSE_URL: z.url(),
  /** Where people reach the site: links in alerts are made for it. */
  PUBLIC_URL: z.url().default('http://localhost:8080'),
  /** The mail server that alerts go through: smtp://user:password@host:587, smtps://…; without it no mail is sent. */
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  /** Who the mails come from: `QQVideo <alerts@example.org>`. */
  MAIL_FROM: z.string().optional(),
  /** Webhooks may also go to private addresses, as in an intranet; everybody with an account can then reach into it. */
  WEBHOOK_ALLOW_PRIVATE: z.stringbool().default(false),
  /** The api's and the collector's; with BEACON_URL, the collector is told to delete its copies of erased plays. */
  SIGNING_KEYS: signingKeys.optional(),
  BEACON_URL: z.url().optional(),
  /** How many days plays are kept; then they are deleted with the month they belong to. Without it, for ever. */
  PLAYS_KEEP_DAYS: z.coerce.number().int().min(1).optional(),
  LOG_LEVEL: logLevel,
})

const schema = settings.refine(({ SMTP_URL, MAIL_FROM }) => !SMTP_URL || MAIL_FROM, {
  path: ['MAIL_FROM'],
  message: 'SMTP_URL needs it; write it as QQVideo <alerts@example.org>',
})

export type ViewsConfig = z.output<typeof schema>

export function viewsConfig(): ViewsConfig {
  return readConfig(schema, process.env)
}
