import type { Generated, GeneratedAlways } from 'kysely'
import type { Notification } from '#contract/alerts.ts'
import type { Grade } from '#contract/grade.ts'

/** The tables of `0006-alerts.sql`. */
export interface AlertTables {
  known_site: { video_id: string; site: string; found_at: Generated<Date> }
  alert_progress: { task: string; looked_until: Date }
  alert_settings: AlertSettingsTable
  alert_mail: AlertMailTable
  notification: NotificationTable
  webhook_delivery: WebhookDeliveryTable
}

interface AlertSettingsTable {
  user_id: string
  mail: Generated<boolean>
  webhook_url: Generated<string>
  webhook_secret: string
  feed_secret: string
  unsubscribe_secret: string
}

interface AlertMailTable {
  id: GeneratedAlways<string>
  user_id: string
  status: Generated<'waiting' | 'sent' | 'dropped' | 'failed'>
  attempts: Generated<number>
  next_try_at: Generated<Date>
  message: Generated<string>
  created_at: Generated<Date>
}

interface NotificationTable {
  id: GeneratedAlways<string>
  user_id: string
  kind: Notification['kind']
  video_id: string
  site: string
  page: string
  grade: Grade
  is_read: Generated<boolean>
  wants_mail: Generated<boolean>
  mail_id: string | null
  created_at: Generated<Date>
}

interface WebhookDeliveryTable {
  id: string
  user_id: string
  body: string
  is_test: Generated<boolean>
  status: Generated<'waiting' | 'delivered' | 'failed'>
  attempts: Generated<number>
  next_try_at: Generated<Date>
  tried_at: Date | null
  message: Generated<string>
  created_at: Generated<Date>
}
