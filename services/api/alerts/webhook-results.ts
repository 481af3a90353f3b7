import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { Database } from '#catalog/schema.ts'
import type { WebhookEvent, WebhookResult } from '#contract/alerts.ts'
import { AppError } from '#contract/errors.ts'

/** How the last webhook went, or null where none was sent. */
export async function lastWebhook(database: Kysely<Database>, userId: string): Promise<WebhookResult | null> {
  const row = await database
    .selectFrom('webhook_delivery')
    .select(['status', 'message', 'tried_at'])
    .where('user_id', '=', userId)
    .where('tried_at', 'is not', null)
    .orderBy('tried_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? toResult(row) : null
}

// One may press again and again; what stands at the other end need not have asked for it.
const mostTestsPerMinute = 6
// The worker looks every second and waits five for an answer.
const patienceMs = 12_000

/** Sends a test the way every webhook goes, and waits for what the other side says. */
export async function testWebhook(database: Kysely<Database>, userId: string): Promise<WebhookResult> {
  await requireFewTests(database, userId)
  const event: WebhookEvent = {
    id: randomUUID(),
    type: 'test',
    atMs: Date.now(),
    video: null,
    site: 'example.org',
    page: 'https://example.org/a-page',
    grade: 'attested',
  }
  await database
    .insertInto('webhook_delivery')
    .values({ id: event.id, user_id: userId, body: JSON.stringify(event), is_test: true })
    .execute()
  for (const end = Date.now() + patienceMs; Date.now() < end; await pause(150)) {
    const row = await database
      .selectFrom('webhook_delivery')
      .select(['status', 'message', 'tried_at'])
      .where('id', '=', event.id)
      .executeTakeFirstOrThrow()
    if (row.status !== 'waiting') return toResult(row)
  }
  throw new AppError('unavailable', 'The test waits to be sent; look at the last result in a moment.')
}

async function requireFewTests(database: Kysely<Database>, userId: string): Promise<void> {
  const { count } = await database
    .selectFrom('webhook_delivery')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('user_id', '=', userId)
    .where('is_test', '=', true)
    .where('created_at', '>', new Date(Date.now() - 60_000))
    .executeTakeFirstOrThrow()
  if (Number(count) >= mostTestsPerMinute)
    throw new AppError('too_many_requests', 'That were many tests; wait a minute and try again.')
}

interface TriedRow {
  status: 'waiting' | 'delivered' | 'failed'
  message: string
  tried_at: Date | null
}

function toResult({ status, message, tried_at }: TriedRow): WebhookResult {
  return { atMs: tried_at?.getTime() ?? Date.now(), status: status === 'waiting' ? 'retrying' : status, message }
}
