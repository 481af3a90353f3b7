import { createHmac } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AlertSettingsAnswer, NotificationPage, WebhookEvent, WebhookResult } from '#contract/alerts.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { type MailCatcher, startMailCatcher, unfold } from '#support/mail-catcher.ts'
import { makeClip } from '#support/media.ts'
import { type Person, signUp } from '#support/person.ts'
import { beacon, watched } from '#support/plays.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { browser } from '#support/store-plays.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import type { SigningKey } from '../services/tokens/signed-token.ts'

let postgres: Awaited<ReturnType<typeof startTestPostgres>>
let database: Client
let system: TestSystem
let catcher: MailCatcher
let receiver: Server
let receiverUrl: string
let key: SigningKey
let owner: Person
let clip: Blob
let videoId: string

/** What the receiver of webhooks was sent, and the status that it gave. */
let posts: { status: number; event: WebhookEvent; isGenuine: boolean }[] = []
/** Statuses of its next answers; 200 where none is left. */
let answers: number[] = []
/** Done once, when the next webhook has come and before it is answered. */
let beforeAnswer: (() => Promise<void>) | null = null
let secret = ''
/** Each test has an owner of its own; what still comes for the one before is none of its business. */
let hook = ''
let email = ''

beforeAll(async () => {
  ;[postgres, catcher] = await Promise.all([startTestPostgres(), startMailCatcher()])
  receiver = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString()
    if (request.url !== hook) return response.end()
    const [, seconds, mac] = /^t=(\d+),v1=(\w+)$/.exec(String(request.headers['qqvideo-signature'])) ?? []
    const before = beforeAnswer
    beforeAnswer = null
    const isGenuine = mac === createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
    const status = answers.shift() ?? 200
    posts.push({ status, event: JSON.parse(body), isGenuine })
    await before?.()
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  receiverUrl = `http://localhost:${(receiver.address() as AddressInfo).port}`
  system = await startTestSystem({
    DATABASE_URL: postgres.url,
    SMTP_URL: catcher.url,
    MAIL_FROM: 'QQVideo <alerts@q.example>',
    WEBHOOK_ALLOW_PRIVATE: 'true',
  })
  database = new Client({ connectionString: postgres.url })
  await database.connect()
  const secrets = JSON.parse(await readFile(join(system.dataFolder, 'secrets.json'), 'utf8')) as { signingKeys: string }
  const [id, ...rest] = secrets.signingKeys.split(',')[0]!.split(':')
  key = { id: id!, secret: rest.join(':') }
  const path = join(system.dataFolder, 'clip.mp4')
  await makeClip(path, { seconds: 2, width: 160, height: 90 })
  clip = new Blob([await readFile(path)])
  await rm(path)
})

afterAll(async () => {
  await database?.end()
  await system?.stop()
  receiver?.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
  await Promise.all([postgres?.stop(), catcher?.stop()])
})

beforeEach(async () => {
  owner = await signUp(system.url)
  videoId = (await owner.upload(clip, 'kites.mp4', { title: 'Kites' })).id
  email = ((await (await owner.request('/api/me')).json()) as { email: string }).email
  hook = `/${videoId}`
  const settings = await send<AlertSettingsAnswer>('PUT', '/api/me/alert-settings', {
    mail: true,
    webhookUrl: receiverUrl + hook,
  })
  expect(settings).toMatchObject({ mail: true, webhookUrl: receiverUrl + hook, canMail: true, lastWebhook: null })
  secret = settings.webhookSecret
  posts = []
  answers = []
})

// Nobody may sign up more often than ten times in a few minutes, these tests neither.
describe('the first play on a new site', () => {
  test('is told in the site, by mail, by a signed webhook and in the feed; the second is not', async () => {
    await play({ site: 'news.example', page: 'https://news.example/article' })
    const { items, unread } = await until(notifications, ({ unread }) => unread === 1)
    expect(unread).toBe(1)
    expect(items).toMatchObject([
      {
        kind: 'new-site',
        videoId,
        videoTitle: 'Kites',
        site: 'news.example',
        page: 'https://news.example/article',
        grade: 'attested',
        isRead: false,
      },
    ])

    await until(
      async () => posts,
      ({ length }) => length === 1,
    )
    expect(posts[0]).toMatchObject({
      isGenuine: true,
      event: { type: 'new-site', site: 'news.example', video: { id: videoId } },
    })

    await until(
      async () => mails(),
      ({ length }) => length === 1,
    )
    const mail = mails()[0]!
    expect(mail).toMatch(/^From: QQVideo <alerts@q\.example>/m)
    expect(mail).toContain(`/studio/${videoId}/views?site=3Dnews.example`)

    const { feedUrl } = await settings()
    const feed = await fetch(feedUrl)
    expect(feed.headers.get('content-type')).toContain('application/rss+xml')
    expect(await feed.text()).toContain('<title>“Kites” is playing on news.example</title>')
    // By default fetch would say itself that it wants no 304.
    const again = await fetch(feedUrl, {
      cache: 'force-cache',
      headers: { 'If-None-Match': feed.headers.get('etag')! },
    })
    expect(again.status).toBe(304)

    await play({ site: 'news.example', page: 'https://news.example/other' })
    // A later site is the sign that the play before it has been looked at.
    await play({ site: 'blog.example' })
    await until(
      async () => posts,
      (all) => all.some(({ event }) => event.site === 'blog.example'),
    )
    expect((await notifications()).items.map(({ site }) => site)).toEqual(['blog.example', 'news.example'])
    expect(posts).toHaveLength(2)
  })

  test('is read when it was read, by its owner and nobody else', async () => {
    await play({ site: 'news.example' })
    const { items } = await until(notifications, ({ unread }) => unread === 1)
    const stranger = await signUp(system.url)
    const read = { ids: [items[0]!.id] }
    expect((await stranger.send('POST', '/api/me/notifications/read', read)).status).toBe(200)
    expect((await notifications()).unread).toBe(1)
    expect(await send('POST', '/api/me/notifications/read', { upTo: items[0]!.id })).toEqual({ unread: 0 })
    expect((await notifications()).items[0]).toMatchObject({ isRead: true })
    expect((await fetch(`${system.url}/api/me/notifications`)).status).toBe(401)
  })
})

describe('a webhook', () => {
  test('that is answered with 500 twice is accepted once', async () => {
    answers = [500, 503]
    await play({ site: 'news.example' })
    for (let tries = 1; tries <= 2; tries++) {
      await until(settings, ({ lastWebhook }) => lastWebhook?.status === 'retrying' && posts.length === tries)
      await database.query('UPDATE webhook_delivery SET next_try_at = now()')
    }
    await until(settings, ({ lastWebhook }) => lastWebhook?.status === 'delivered')
    expect(posts.map(({ status }) => status)).toEqual([500, 503, 200])
    expect(new Set(posts.map(({ event }) => event.id)).size).toBe(1)
    expect(posts.every(({ isGenuine }) => isGenuine)).toBe(true)
  })

  test('can be tested, its secret replaced, and goes to addresses of the web only', async () => {
    const old = secret
    const renewed = await send<AlertSettingsAnswer>('POST', '/api/me/alert-settings/renew', { what: 'webhook' })
    secret = renewed.webhookSecret
    expect(secret).not.toBe(old)
    expect(await send<WebhookResult>('POST', '/api/me/alert-settings/test-webhook')).toMatchObject({
      status: 'delivered',
      message: 'Your server answered 200.',
    })
    expect(posts).toMatchObject([{ isGenuine: true, event: { type: 'test', video: null } }])
    answers = [404]
    expect(await send<WebhookResult>('POST', '/api/me/alert-settings/test-webhook')).toMatchObject({
      status: 'failed',
      message: 'Your server answered 404.',
    })
    expect((await settings()).lastWebhook).toMatchObject({ status: 'failed' })
    const change = { mail: false, webhookUrl: 'file:///etc/passwd' }
    expect((await owner.send('PUT', '/api/me/alert-settings', change)).status).toBe(400)
  })
})

test('one press in the mail ends the mails, whether a program or a person presses; a new feed address ends the old one', async () => {
  await play({ site: 'news.example' })
  await until(
    async () => mails(),
    ({ length }) => length === 1,
  )
  const link = /List-Unsubscribe: <(\S+)>/.exec(mails()[0]!)![1]!
  const url = link.replace(/^https?:\/\/[^/]+/, system.url)
  expect((await fetch(url)).status).toBe(200)
  expect((await settings()).mail).toBe(true)
  const form = { method: 'POST', redirect: 'manual' as const }
  const byProgram = await fetch(url, { ...form, body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) })
  expect(byProgram.status).toBe(200)
  expect((await settings()).mail).toBe(false)
  const byPerson = await fetch(url, { ...form, body: new URLSearchParams() })
  expect(byPerson.status).toBe(303)
  expect((await fetch(`${url}x`, { ...form, body: new URLSearchParams() })).status).toBe(404)
  const { feedUrl } = await settings()
  const renewed = await send<AlertSettingsAnswer>('POST', '/api/me/alert-settings/renew', { what: 'feed' })
  expect((await fetch(feedUrl)).status).toBe(404)
  expect((await fetch(renewed.feedUrl)).status).toBe(200)
})

describe('a kill of the worker', () => {
  const kill = () => system.killAndWait('views')

  test.each([
    ['before a site was found', async (happens: () => Promise<void>) => happens().then(kill)],
    [
      'just after a site was stored',
      async (happens: () => Promise<void>) => {
        await happens()
        await until(notifications, ({ unread }) => unread > 0)
        await kill()
      },
    ],
    [
      'while a webhook is on its way',
      async (happens: () => Promise<void>) => during(happens, (deed) => (beforeAnswer = deed)),
    ],
    [
      'while a mail is on its way',
      async (happens: () => Promise<void>) => during(happens, (deed) => (catcher.beforeAnswer = deed)),
    ],
  ])(
    '%s loses no alert and repeats none; what comes twice by webhook or mail has the same id',
    async (_, killAround) => {
      // No more than a single mail names, should they all gather in one.
      const sites = Array.from({ length: 20 }, (_, index) => `site${index}.example`)
      await killAround(async () => {
        for (const site of sites) await play({ site })
      })
      const { items } = await until(notifications, ({ unread }) => unread >= sites.length)
      expect(items.map(({ site }) => site).sort()).toEqual([...sites].sort())
      await until(hurry, (waiting) => waiting === 0)
      const siteOfEvent = new Map(posts.map(({ event }) => [event.id, event.site]))
      expect([...siteOfEvent.values()].sort()).toEqual([...sites].sort())
      const mailOfId = new Map(mails().map((mail) => [/^Message-ID: (\S+)/im.exec(mail)![1]!, mail]))
      const named = [...mailOfId.values()].flatMap((mail) => mail.match(/(?<==E2=80=9D on )site\d+\.example/g))
      expect(named.sort()).toEqual([...sites].sort())
    },
  )

  async function during(happens: () => Promise<void>, hook: (deed: () => Promise<void>) => void): Promise<void> {
    const killed = Promise.withResolvers<void>()
    hook(() => kill().then(killed.resolve, killed.reject))
    await happens()
    await killed.promise
  }

  /** Lets the pauses pass; resolves with how much is still to be sent. */
  async function hurry(): Promise<number> {
    await database.query("UPDATE webhook_delivery SET next_try_at = now() WHERE status = 'waiting'")
    await database.query("UPDATE alert_mail SET next_try_at = now(), created_at = created_at - INTERVAL '10 minutes'")
    const { rows } = await database.query(`
      SELECT (SELECT count(*) FROM webhook_delivery WHERE status = 'waiting')
           + (SELECT count(*) FROM alert_mail WHERE status = 'waiting')
           + (SELECT count(*) FROM notification WHERE wants_mail) AS waiting`)
    return Number(rows[0].waiting)
  }
})

async function play(what: Partial<PlayToken>): Promise<void> {
  const answer = await fetch(`${system.url}/beacon`, {
    method: 'POST',
    headers: { 'User-Agent': browser },
    body: JSON.stringify(beacon({ key, token: { videoId, ...what }, state: watched(20) })),
  })
  expect(answer.status).toBe(204)
}

/** Those to the owner, the lines made whole. */
function mails(): string[] {
  return catcher.mails.filter((mail) => mail.includes(`To: ${email}`)).map(unfold)
}

async function notifications(): Promise<NotificationPage> {
  return (await owner.request('/api/me/notifications')).json() as Promise<NotificationPage>
}

async function settings(): Promise<AlertSettingsAnswer> {
  return (await owner.request('/api/me/alert-settings')).json() as Promise<AlertSettingsAnswer>
}

async function send<Answer>(method: string, path: string, body: unknown = {}): Promise<Answer> {
  const answer = await owner.send(method, path, body)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Answer
}
