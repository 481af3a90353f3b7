import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { type PostResult, postWebhook } from './post-webhook.ts'
import { webhookPausesMs } from './retry-pauses.ts'
import { signWebhook } from './sign-webhook.ts'

interface DueWebhook {
  id: string
  body: string
  is_test: boolean
  /** This try included. */
  attempts: number
  webhook_url: string
  webhook_secret: string
}

/** Sends what is due, round after round, until nothing is. */
export async function sendWebhooks(context: Context, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const due = await claimWebhooks(context)
    if (due.length === 0) return
    await Promise.all(due.map((webhook) => sendWebhook(context, webhook, signal)))
  }
}

// One owner's slow server takes only so much of a round, and a round only so many connections.
const perOwner = 4
const perRound = 32

/**
 * The try is counted and the next one set before this one begins: a kill in the middle is one failed try. The pause is
 * longer than a try may take, so no two are on their way at once.
 */
async function claimWebhooks({ catalog }: Context): Promise<DueWebhook[]> {
  const pauses = [...webhookPausesMs, 0].map((ms) => ms / 1000)
  const { rows } = await sql<DueWebhook>`
    UPDATE webhook_delivery AS claimed
    SET attempts = attempts + 1,
        tried_at = now(),
        next_try_at = now() + greatest(10, (${pauses}::float8[])[attempts + 1]) * INTERVAL '1 second'
    FROM alert_settings
    WHERE alert_settings.user_id = claimed.user_id
      AND claimed.id IN (
        SELECT id
        FROM (
          SELECT id, next_try_at, row_number() OVER (PARTITION BY user_id ORDER BY next_try_at, created_at) AS place
          FROM webhook_delivery
          WHERE status = 'waiting' AND next_try_at <= now()
        ) AS due
        WHERE place <= ${perOwner}
        ORDER BY next_try_at
        LIMIT ${perRound}
      )
      -- Looked at again once the row is ours: another worker may have been quicker.
      AND claimed.status = 'waiting'
      AND claimed.next_try_at <= now()
    RETURNING claimed.id, claimed.body, claimed.is_test, claimed.attempts, alert_settings.webhook_url, alert_settings.webhook_secret`.execute(
    catalog.database,
  )
  return rows
}

async function sendWebhook({ catalog, config }: Context, webhook: DueWebhook, signal: AbortSignal): Promise<void> {
  const result = await tryOnce(webhook, config.WEBHOOK_ALLOW_PRIVATE, signal)
  // Stopped, not failed: it counts as a try all the same, and the next start makes the next.
  if (signal.aborted && !result.isDelivered) return
  const isLast = webhook.is_test || webhook.attempts > webhookPausesMs.length
  await catalog.database
    .updateTable('webhook_delivery')
    .set({ status: result.isDelivered ? 'delivered' : isLast ? 'failed' : 'waiting', message: result.message })
    .where('id', '=', webhook.id)
    .execute()
}

async function tryOnce(webhook: DueWebhook, allowPrivate: boolean, signal: AbortSignal): Promise<PostResult> {
  if (webhook.webhook_url === '') return { isDelivered: false, message: 'There is no webhook address any more.' }
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'QQVideo-Webhook/1',
    'QQVideo-Signature': signWebhook(webhook.webhook_secret, webhook.body, Date.now()),
  }
  return postWebhook(webhook.webhook_url, { headers, body: webhook.body, allowPrivate, signal })
}
