import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createClient } from '@clickhouse/client'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import type { WebhookEvent } from '#contract/alerts.ts'
import { newVideoId } from '#contract/ids.ts'
import type { PlayState } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { type MailCatcher, startMailCatcher, unfold } from '#support/mail-catcher.ts'
import { playState, playToken, watched } from '#support/plays.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { storePlays } from '#support/store-plays.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { createLogger } from '../../../services/program/logger.ts'
import type { Context } from '../context.ts'
import { findNewSites } from './find-new-sites.ts'
import { forgetDeliveries } from './forget-deliveries.ts'
import { gatherMails } from './gather-mails.ts'
import { mostAlertsPerDay } from './limit-alerts.ts'
import { openMailer } from './open-mailer.ts'
import { sendMails } from './send-mails.ts'
import { sendWebhooks } from './send-webhooks.ts'

let clickhouse: TestClickHouse
let postgres: Awaited<ReturnType<typeof startTestPostgres>>
let catalog: Catalog
let context: Context
const running = new AbortController().signal

beforeAll(async () => {
  ;[clickhouse, postgres] = await Promise.all([startClickHouse(), startTestPostgres()])
  await migrateClickHouse(clickhouse.client)
  catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  context = {
    catalog,
    clickhouse: createClient({ url: clickhouse.url }),
    logger: createLogger('test', 'silent'),
    config: {
      DATABASE_URL: postgres.url,
      CLICKHOUSE_URL: clickhouse.url,
      PUBLIC_URL: 'http://q.example',
      SMTP_URL: 'smtp://127.0.0.1:1',
      MAIL_FROM: 'QQVideo <alerts@q.example>',
      WEBHOOK_ALLOW_PRIVATE: true,
      LOG_LEVEL: 'silent',
    },
  }
})

afterAll(async () => {
  await context?.clickhouse.close()
  await catalog?.close()
  await Promise.all([clickhouse?.stop(), postgres?.stop()])
})

describe('a site is new', () => {
  test('not where it played before alerts came to this system', async () => {
    const video = await aVideo(await anOwner())
    await play(video, { site: 'old.example' })
    await catalog.database.deleteFrom('alert_progress').execute()
    await findNewSites(context)
    await play(video, { site: 'old.example' })
    await play(video, { site: 'new.example' })
    await findNewSites(context)
    expect(await told(video)).toEqual(['new.example'])
  })

  test('once, however often it plays and however many look for it', async () => {
    const video = await aVideo(await anOwner())
    await play(video, { site: 'a.example', page: '' })
    await play(video, { site: 'a.example', page: 'https://a.example/p' })
    await play(video, { site: 'b.example' })
    await Promise.all([findNewSites(context), findNewSites(context), findNewSites(context)])
    await play(video, { site: 'a.example' })
    await findNewSites(context)
    expect((await told(video)).sort()).toEqual(['a.example', 'b.example'])
    const [first] = await catalog.database
      .selectFrom('notification')
      .selectAll()
      .where('site', '=', 'a.example')
      .execute()
    expect(first).toMatchObject({ page: 'https://a.example/p', grade: 'attested', is_read: false })
  })

  test('with the first play that counts: started, graded, of a person', async () => {
    const video = await aVideo(await anOwner())
    await play(video, { site: 'loaded.example' }, playState())
    await play(video, { site: 'hidden.example', grade: 'hidden' })
    await play(video, { site: 'unsure.example', grade: 'conflict' })
    await play(video, { site: 'own.example', isOwn: true })
    for (const site of ['(this site)', '(hidden)', '(localhost)', '(private network)', '(app)'])
      await play(video, { site })
    await play(video, { site: 'claimed.example', grade: 'claimed' })
    await findNewSites(context)
    expect(await told(video)).toEqual(['claimed.example'])
    await play(video, { site: 'loaded.example' })
    await findNewSites(context)
    expect(await told(video)).toEqual(['claimed.example', 'loaded.example'])
  })

  test('also where its play was opened days ago and has only now arrived', async () => {
    const video = await aVideo(await anOwner())
    await play(video, { site: 'late.example', issuedAtMs: Date.now() - 3 * 24 * 60 * 60_000 })
    await findNewSites(context)
    expect(await told(video)).toEqual(['late.example'])
  })

  test('for each video apart, and nobody is told of a video that is gone', async () => {
    const owner = await anOwner()
    const [one, other, gone] = [await aVideo(owner), await aVideo(owner), newVideoId()]
    for (const video of [one, other, gone]) await play(video, { site: 'a.example' })
    await findNewSites(context)
    expect(await told(one)).toEqual(['a.example'])
    expect(await told(other)).toEqual(['a.example'])
    expect(await told(gone)).toEqual([])
  })
})

describe('a video that comes to very many sites', () => {
  const sites = Array.from({ length: mostAlertsPerDay + 20 }, (_, site) => `forged${site}.example`)

  async function playOnAll(videoId: string, where = sites) {
    await storePlays(
      clickhouse.client,
      where.map((site) => ({ token: playToken({ videoId, site }), state: watched(20) })),
    )
  }

  const kindsOf = async (videoId: string) =>
    (
      await sql<{ kind: string; count: number }>`
        SELECT kind, count(*)::int AS count FROM notification WHERE video_id = ${videoId} GROUP BY kind ORDER BY kind`.execute(
        catalog.database,
      )
    ).rows

  test('brings fifty alerts in a day and one that there are more, also to its webhook; all sites are known', async () => {
    const owner = await anOwner({ webhook_url: 'http://127.0.0.1:1/' })
    const [video, calm] = [await aVideo(owner), await aVideo(owner)]
    await playOnAll(video)
    await play(calm, { site: 'a.example' })
    await findNewSites(context, 7)
    await playOnAll(video, ['late1.example', 'late2.example'])
    await Promise.all([findNewSites(context), findNewSites(context, 7)])
    const expected = [
      { kind: 'more-sites', count: 1 },
      { kind: 'new-site', count: mostAlertsPerDay },
    ]
    expect(await kindsOf(video)).toEqual(expected)
    expect(await told(calm)).toEqual(['a.example'])
    const known = await sql<{ site: string }>`SELECT site FROM known_site WHERE video_id = ${video}`.execute(
      catalog.database,
    )
    expect(known.rows.map(({ site }) => site).sort()).toEqual([...sites, 'late1.example', 'late2.example'].sort())
    const webhooks = await sql<{ kind: string; count: number }>`
      SELECT body::jsonb ->> 'type' AS kind, count(*)::int AS count FROM webhook_delivery
      WHERE user_id = ${owner} AND body::jsonb -> 'video' ->> 'id' = ${video} GROUP BY kind ORDER BY kind`.execute(
      catalog.database,
    )
    expect(webhooks.rows).toEqual(expected)
    await sql`DELETE FROM webhook_delivery WHERE user_id = ${owner}`.execute(catalog.database)
  })

  test('brings alerts again a day later, and what is a year old is forgotten', async () => {
    const video = await aVideo(await anOwner())
    await playOnAll(video)
    await findNewSites(context)
    await sql`UPDATE notification SET created_at = now() - INTERVAL '25 hours' WHERE video_id = ${video}`.execute(
      catalog.database,
    )
    await playOnAll(video, [...sites, 'tomorrow.example'])
    await findNewSites(context)
    expect((await told(video)).at(-1)).toBe('tomorrow.example')
    await sql`
      UPDATE notification SET created_at = now() - INTERVAL '366 days'
      WHERE video_id = ${video} AND site <> 'tomorrow.example'`.execute(catalog.database)
    await forgetDeliveries(context)
    expect(await told(video)).toEqual(['tomorrow.example'])
  })
})

describe('a webhook', () => {
  let receiver: Server
  let url: string
  let answers: number[]
  let seen: { signature: string; body: string }[]

  beforeEach(async () => {
    answers = []
    seen = []
    receiver = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      seen.push({ signature: String(request.headers['qqvideo-signature']), body })
      response.writeHead(answers.shift() ?? 200).end('words of the server')
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  })

  afterEach(async () => {
    receiver.closeAllConnections()
    await new Promise((resolve) => receiver.close(resolve))
  })

  test('tells of a new site, signed with the secret of the owner', async () => {
    const video = await aVideo(await anOwner({ webhook_url: url }))
    await play(video, { site: 'news.example', page: 'https://news.example/article' })
    await findNewSites(context)
    await sendWebhooks(context, running)
    const [{ signature, body }] = seen as [{ signature: string; body: string }]
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? []
    expect(mac).toBe(createHmac('sha256', 'the secret').update(`${seconds}.${body}`).digest('hex'))
    const event: WebhookEvent = JSON.parse(body)
    expect(event).toMatchObject({
      type: 'new-site',
      video: { id: video, title: 'Kites', url: `http://q.example/watch/${video}` },
      site: 'news.example',
      page: 'https://news.example/article',
      grade: 'attested',
    })
    await sendWebhooks(context, running)
    expect(seen).toHaveLength(1)
  })

  test('that is not taken is sent again with the same words after growing pauses, and given up in the end', async () => {
    const owner = await anOwner({ webhook_url: url })
    await play(await aVideo(owner), { site: 'news.example' })
    await findNewSites(context)
    const pauses: number[] = []
    for (let tries = 0; tries < 20; tries++) {
      answers = [500]
      await sendWebhooks(context, running)
      const row = await deliveryOf(owner)
      expect(row.message).toBe('Your server answered 500. words of the server')
      if (row.status === 'failed') break
      expect(row.status).toBe('waiting')
      pauses.push(Math.round((row.next_try_at.getTime() - row.tried_at!.getTime()) / 1000))
      await sendWebhooks(context, running)
      expect(seen).toHaveLength(tries + 1)
      await sql`UPDATE webhook_delivery SET next_try_at = now() WHERE user_id = ${owner}`.execute(catalog.database)
    }
    expect(pauses).toEqual([10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400])
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1)
    expect(seen).toHaveLength(9)
  })

  test('of one owner with a server that never answers holds up nobody else', async () => {
    const slow = createServer(() => {})
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    const stuck = await aVideo(
      await anOwner({ webhook_url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}/` }),
    )
    for (let site = 0; site < 40; site++) await play(stuck, { site: `s${site}.example` })
    const owner = await anOwner({ webhook_url: url })
    await play(await aVideo(owner), { site: 'news.example' })
    await findNewSites(context)
    const stopping = new AbortController()
    const sending = sendWebhooks(context, stopping.signal)
    await expect.poll(() => seen.length, { timeout: 4_000 }).toBe(1)
    stopping.abort()
    await sending
    slow.closeAllConnections()
    await new Promise((resolve) => slow.close(resolve))
  })
})

describe('a mail', () => {
  let catcher: MailCatcher

  beforeEach(async () => {
    catcher = await startMailCatcher()
  })

  afterEach(() => catcher.stop())

  async function sendAll() {
    await gatherMails(context)
    await sendMails(context, openMailer({ ...context.config, SMTP_URL: catcher.url })!, running)
  }

  test('tells of all that gathered, and the next comes no sooner than ten minutes later', async () => {
    const owner = await anOwner({ mail: true })
    const video = await aVideo(owner)
    for (const site of ['a.example', 'b.example']) await play(video, { site })
    await findNewSites(context)
    await sendAll()
    expect(catcher.mails).toHaveLength(1)
    expect(catcher.mails[0]).toContain(`To: ${owner}@example.org`)
    expect(unfold(catcher.mails[0]!)).toMatch(
      /List-Unsubscribe: <http:\/\/q\.example\/settings\/alerts\/unsubscribe\/\S+>/,
    )
    expect(catcher.mails[0]).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    await storePlays(
      clickhouse.client,
      Array.from({ length: 600 }, (_, site) => ({
        token: playToken({ videoId: video, site: `viral${site}.example` }),
        state: watched(20),
      })),
    )
    await findNewSites(context)
    await sendAll()
    expect(catcher.mails).toHaveLength(1)
    await sql`UPDATE alert_mail SET created_at = now() - INTERVAL '11 minutes' WHERE user_id = ${owner}`.execute(
      catalog.database,
    )
    await sendAll()
    await sendAll()
    expect(catcher.mails).toHaveLength(2)
    expect(unfold(catcher.mails[1]!)).toContain('And 28 more: http://q.example/notifications')
  })

  test('that the server puts off or cannot be given is sent again later under the same Message-ID', async () => {
    const owner = await anOwner({ mail: true })
    await play(await aVideo(owner), { site: 'a.example' })
    await findNewSites(context)
    await gatherMails(context)
    await sendMails(context, openMailer({ ...context.config, SMTP_URL: 'smtp://127.0.0.1:1' })!, running)
    expect(await mailOf(owner)).toMatchObject({
      status: 'waiting',
      attempts: 1,
      message: expect.stringContaining('ECONNREFUSED'),
    })
    catcher.answers.push(451)
    await sql`UPDATE alert_mail SET next_try_at = now() WHERE user_id = ${owner}`.execute(catalog.database)
    await sendAll()
    expect(await mailOf(owner)).toMatchObject({ status: 'waiting', attempts: 2 })
    await sendAll()
    expect(catcher.mails).toHaveLength(1)
    await sql`UPDATE alert_mail SET next_try_at = now() WHERE user_id = ${owner}`.execute(catalog.database)
    await sendAll()
    expect(await mailOf(owner)).toMatchObject({ status: 'sent', attempts: 3 })
    await sendAll()
    expect(catcher.mails).toHaveLength(2)
    const ids = catcher.mails.map((mail) => /^Message-ID: (\S+)/im.exec(mail)?.[1])
    expect(ids[0]).toMatch(/^<alert-\d+@q\.example>$/)
    expect(ids[1]).toBe(ids[0])
  })

  test('that is refused for good, or that failed for a day, is given up', async () => {
    const [refused, late] = [await anOwner({ mail: true }), await anOwner({ mail: true })]
    for (const owner of [refused, late]) await play(await aVideo(owner), { site: 'a.example' })
    await findNewSites(context)
    await gatherMails(context)
    await sql`UPDATE alert_mail SET attempts = 9 WHERE user_id = ${late}`.execute(catalog.database)
    catcher.answers.push(550, 550)
    await sql`UPDATE alert_mail SET next_try_at = now() - INTERVAL '1 day' WHERE user_id = ${refused}`.execute(
      catalog.database,
    )
    await sql`UPDATE alert_mail SET next_try_at = now() + INTERVAL '1 day' WHERE user_id = ${late}`.execute(
      catalog.database,
    )
    await sendAll()
    expect(await mailOf(refused)).toMatchObject({ status: 'failed', attempts: 1 })
    catcher.answers.splice(0, 2, 451)
    await sql`UPDATE alert_mail SET next_try_at = now() WHERE user_id = ${late}`.execute(catalog.database)
    await sendAll()
    expect(await mailOf(late)).toMatchObject({ status: 'failed', attempts: 10 })
  })

  test('is not sent to who has turned mails off meanwhile, nor about videos that are gone', async () => {
    const [off, gone] = [await anOwner({ mail: true }), await anOwner({ mail: true })]
    await play(await aVideo(off), { site: 'a.example' })
    const video = await aVideo(gone)
    await play(video, { site: 'a.example' })
    await findNewSites(context)
    await gatherMails(context)
    await catalog.database.updateTable('alert_settings').set({ mail: false }).where('user_id', '=', off).execute()
    await catalog.database.deleteFrom('video').where('id', '=', video).execute()
    await sendAll()
    expect(catcher.mails).toEqual([])
    expect(await mailOf(off)).toMatchObject({ status: 'dropped' })
    expect(await mailOf(gone)).toMatchObject({ status: 'dropped' })
  })
})

let people = 0

/** An owner whose alerts go nowhere but into the site itself, unless it is said; gives the id. */
async function anOwner(what: { mail?: boolean; webhook_url?: string } = {}): Promise<string> {
  const id = `owner${++people}`
  const user = { id, name: 'Ada', email: `${id}@example.org`, emailVerified: false, image: null }
  await catalog.database.insertInto('user').values(user).execute()
  const secrets = { webhook_secret: 'the secret', feed_secret: `feed-${id}`, unsubscribe_secret: `unsubscribe-${id}` }
  await catalog.database
    .insertInto('alert_settings')
    .values({ user_id: id, ...secrets, ...what })
    .execute()
  return id
}

async function aVideo(owner: string): Promise<string> {
  const id = newVideoId()
  await catalog.database
    .insertInto('video')
    .values({ id, owner_id: owner, title: 'Kites', status: 'ready', ...nothing })
    .execute()
  return id
}

const nothing = {
  upload_id: null,
  source_key: null,
  failure_code: null,
  failure_message: null,
  progress: null,
  published_prefix: null,
  poster_key: null,
  published_at: null,
}

async function play(videoId: string, token: Partial<PlayToken>, state: PlayState = watched(20)): Promise<void> {
  await storePlays(clickhouse.client, [{ token: playToken({ videoId, ...token }), state }])
}

async function told(videoId: string): Promise<string[]> {
  const rows = await catalog.database
    .selectFrom('notification')
    .select('site')
    .where('video_id', '=', videoId)
    .orderBy('id')
    .execute()
  return rows.map(({ site }) => site)
}

function deliveryOf(owner: string) {
  return catalog.database
    .selectFrom('webhook_delivery')
    .selectAll()
    .where('user_id', '=', owner)
    .executeTakeFirstOrThrow()
}

function mailOf(owner: string) {
  return catalog.database.selectFrom('alert_mail').selectAll().where('user_id', '=', owner).executeTakeFirstOrThrow()
}
