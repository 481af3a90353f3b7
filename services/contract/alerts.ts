import { z } from 'zod'
import type { Grade } from './grade.ts'

/** `GET /api/me/notifications?cursor=`: newest first. */
export interface Notification {
  id: string
  /** `more-sites`: as many new sites as a day may bring were told one by one; the others are in Views Details. */
  kind: 'new-site' | 'more-sites'
  videoId: string
  videoTitle: string
  /** '' of `more-sites`. */
  site: string
  /** The first page seen, or ''. */
  page: string
  grade: Grade
  atMs: number
  isRead: boolean
}

export interface NotificationPage {
  items: Notification[]
  unread: number
  next: string | null
}

/** `GET /api/me/notifications/unread`: for the bell. */
export interface UnreadCount {
  unread: number
}

const notificationId = z.string().regex(/^\d{1,18}$/)

/** `POST /api/me/notifications/read`: some, or all up to the newest that was shown. Answers with `UnreadCount`. */
export const readNotificationsSchema = z.union([
  z.object({ ids: z.array(notificationId).min(1).max(100) }),
  z.object({ upTo: notificationId }),
])
export type ReadNotifications = z.infer<typeof readNotificationsSchema>

/** `PUT /api/me/alert-settings`. Alerts in the site itself are always there. */
export const alertSettingsSchema = z.object({
  mail: z.boolean(),
  /** Called with a signed POST for every alert; '' for none. */
  webhookUrl: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2_000)]),
})
export type AlertSettings = z.infer<typeof alertSettingsSchema>

/** `GET` of the same, with what only the owner may read. */
export interface AlertSettingsAnswer extends AlertSettings {
  /** Signs webhooks: header `QQVideo-Signature: t=<seconds>,v1=<HMAC-SHA-256 of "<t>.<body>", hex>`. */
  webhookSecret: string
  /** Secret address of the feed of new sites. */
  feedUrl: string
  /** Whether this site can send mail at all. */
  canMail: boolean
  /** How the last webhook went, or null where none was sent. */
  lastWebhook: WebhookResult | null
}

/** `POST /api/me/alert-settings/test-webhook` answers with the result of the test. */
export interface WebhookResult {
  atMs: number
  status: 'delivered' | 'retrying' | 'failed'
  message: string
}

/** `POST /api/me/alert-settings/renew`: what had the old secret works no more. Answers as `GET` does. */
export const renewSecretSchema = z.object({ what: z.enum(['webhook', 'feed']) })
export type RenewSecret = z.infer<typeof renewSecretSchema>

/** The body of a webhook. The id stays the same over retries. */
export interface WebhookEvent {
  id: string
  type: 'new-site' | 'more-sites' | 'test'
  atMs: number
  video: { id: string; title: string; url: string } | null
  site: string
  page: string
  grade: Grade
}
