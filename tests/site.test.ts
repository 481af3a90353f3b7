import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Me } from '#contract/account.ts'
import type { ErrorBody } from '#contract/errors.ts'
import type { Page, Video, VideoCard } from '#contract/video.ts'
import type { VPubPage } from '#contract/vpub.ts'
import { makeClip } from '#support/media.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'

let system: TestSystem
let ada: Person
let bob: Person
let clip: Uint8Array<ArrayBuffer>

beforeAll(async () => {
  system = await startTestSystem()
  const path = join(system.dataFolder, 'clip.mp4')
  await makeClip(path, { seconds: 3, width: 320, height: 240 })
  clip = new Uint8Array(await readFile(path))
  ada = await signUp(system.url, 'Ada')
  bob = await signUp(system.url, 'Bob')
})

afterAll(async () => {
  await system?.stop()
})

async function send(person: Person | null, method: string, path: string, body?: unknown): Promise<Response> {
  const init = { method, body: body === undefined ? undefined : JSON.stringify(body) }
  const headers = { 'Content-Type': 'application/json', Origin: system.url }
  return person ? person.request(path, { ...init, headers }) : fetch(`${system.url}${path}`, { ...init, headers })
}

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as ErrorBody).error.code
}

async function readyVideo(person: Person, fields: Record<string, string> = {}): Promise<Video> {
  const { id } = await person.upload(new Blob([clip]), 'clip.mp4', fields)
  return until(
    () => person.video(id),
    ({ status }) => status === 'ready',
  )
}

describe('accounts', () => {
  test('the set-up link does not hand an existing account to somebody without its password', async () => {
    await send(null, 'POST', '/api/auth/sign-up/email', {
      name: 'Early',
      email: 'early@example.org',
      password: 'the right password',
    })
    const { setupCode } = JSON.parse(await readFile(join(system.dataFolder, 'secrets.json'), 'utf8'))
    const body = { name: 'X', email: 'early@example.org', password: 'not that password', code: setupCode }
    expect(await codeOf(await send(null, 'POST', '/api/setup', body))).toBe('conflict')
  })

  test('the set-up link makes the first admin, once', async () => {
    const { setupCode } = JSON.parse(await readFile(join(system.dataFolder, 'secrets.json'), 'utf8'))
    const admin = { name: 'Root', email: 'root@example.org', password: 'a long password' }
    expect(await codeOf(await send(null, 'POST', '/api/setup', { ...admin, code: 'x'.repeat(40) }))).toBe('forbidden')
    expect((await send(null, 'POST', '/api/setup', { ...admin, code: setupCode })).status).toBe(201)
    const again = { ...admin, email: 'second@example.org', code: setupCode }
    expect(await codeOf(await send(null, 'POST', '/api/setup', again))).toBe('setup_code_used')
  })

  test('nobody gives himself a role when signing up', async () => {
    const answer = await send(null, 'POST', '/api/auth/sign-up/email', {
      name: 'Eve',
      email: 'eve@example.org',
      password: 'a long password',
      role: 'admin',
    })
    const cookie = answer.headers.getSetCookie().join('; ')
    const me = await fetch(`${system.url}/api/me`, { headers: { Cookie: cookie } })
    expect(((await me.json()) as Me | null)?.role ?? 'refused').not.toBe('admin')
  })

  test('the session cookie is out of reach of scripts and other sites', async () => {
    const answer = await send(null, 'POST', '/api/auth/sign-up/email', {
      name: 'Fay',
      email: 'fay@example.org',
      password: 'a long password',
    })
    for (const cookie of answer.headers.getSetCookie()) expect(cookie).toMatch(/HttpOnly.*SameSite=Lax/i)
  })

  test('signing out ends the session', async () => {
    const gil = await signUp(system.url, 'Gil')
    expect(((await (await gil.request('/api/me')).json()) as Me).name).toBe('Gil')
    expect((await send(gil, 'POST', '/api/auth/sign-out', {})).status).toBe(200)
    expect(await (await gil.request('/api/me')).json()).toBeNull()
  })
})

describe('uploads', () => {
  test('the same Idempotency-Key never makes two videos', async () => {
    const upload = async () => {
      const form = new FormData()
      form.set('file', new Blob([clip]), 'once.mp4')
      const answer = await ada.request('/api/videos', {
        method: 'POST',
        body: form,
        headers: { 'Idempotency-Key': 'once' },
      })
      expect(answer.status).toBe(201)
      return ((await answer.json()) as Video).id
    }
    const ids = [await upload(), ...(await Promise.all([upload(), upload()]))]
    expect(new Set(ids).size).toBe(1)
  })

  test('a resumable upload goes on after a kill -9 of the api, and its last answer may be lost', async () => {
    const tus = { 'Tus-Resumable': '1.0.0' }
    const created = await ada.request('/api/uploads', {
      method: 'POST',
      headers: {
        ...tus,
        'Upload-Length': String(clip.length),
        'Upload-Metadata': `filename ${Buffer.from('企鹅 🐧.mp4').toString('base64')}`,
      },
    })
    const path = created.headers.get('location')!
    const patch = (offset: number, end: number) =>
      ada.request(path, {
        method: 'PATCH',
        headers: { ...tus, 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
        body: new Blob([clip.slice(offset, end)]),
      })
    const half = clip.length >> 1
    expect((await patch(0, half)).status).toBe(204)
    await system.killAndWait('api')
    const offset = Number((await ada.request(path, { method: 'HEAD', headers: tus })).headers.get('upload-offset'))
    expect(offset).toBe(half)
    const last = await patch(offset, clip.length)
    expect(last.status).toBe(204)
    const id = last.headers.get('x-video-id')

    // The client did not hear that and asks again.
    const head = await ada.request(path, { method: 'HEAD', headers: tus })
    expect(head.headers.get('upload-offset')).toBe(String(clip.length))
    const told = (await (await ada.request(`${path}/video`)).json()) as Video
    expect(told).toMatchObject({ id, title: '企鹅 🐧' })
    const { items } = (await (await ada.request('/api/videos?mine=1')).json()) as Page<VideoCard>
    expect(items.filter((video) => video.title === '企鹅 🐧')).toHaveLength(1)
    await until(
      () => ada.video(id!),
      ({ status }) => status === 'ready',
    )
  })

  test('bytes that were taken over before a crash still become their video', async () => {
    const created = await ada.request('/api/uploads', {
      method: 'POST',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': String(clip.length) },
    })
    const path = created.headers.get('location')!
    const id = path.split('/').at(-1)!
    // What a kill between the rename and the row leaves behind.
    await rm(join(system.dataFolder, 'uploads', id))
    await mkdir(join(system.dataFolder, 'storage', 'sources'), { recursive: true })
    await writeFile(join(system.dataFolder, 'storage', 'sources', id), clip)
    await system.killAndWait('api')
    const video = (await (await ada.request(`${path}/video`)).json()) as Video
    expect(video.isMine).toBe(true)
    await until(
      () => ada.video(video.id),
      ({ status }) => status === 'ready',
    )
  })

  test('an upload for a draft that was deleted is refused and leaves nothing', async () => {
    const draft = (await (await send(ada, 'POST', '/api/videos/drafts', { title: 'Gone' })).json()) as Video
    const created = await ada.request('/api/uploads', {
      method: 'POST',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Length': '3',
        'Upload-Metadata': `videoId ${Buffer.from(draft.id).toString('base64')}`,
      },
    })
    const path = created.headers.get('location')!
    expect((await send(ada, 'DELETE', `/api/videos/${draft.id}`)).status).toBe(204)
    const last = await ada.request(path, {
      method: 'PATCH',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
      body: 'abc',
    })
    expect(last.status).toBe(410)
    expect((await ada.request(`${path}/video`)).status).toBe(404)
    expect(await readdir(join(system.dataFolder, 'storage', 'sources'))).not.toContain(path.split('/').at(-1))
  })

  test('a misspelt visibility publishes nothing', async () => {
    const form = new FormData()
    form.set('visibility', 'Private')
    form.set('file', new Blob([clip]), 'secret.mp4')
    const answer = await ada.request('/api/videos', { method: 'POST', body: form })
    expect(answer.status).toBe(400)
    expect(await codeOf(answer)).toBe('bad_request')
  })

  test('file names are display text only', async () => {
    const { id, title } = await ada.upload(new Blob([clip]), '../../etc/passwd\u202e<b>.mp4')
    expect(title).not.toMatch(/[\u202e/]/)
    expect((await ada.video(id)).title).toBe(title)
  })
})

describe('a private video', () => {
  test('does not exist for others on any surface', async () => {
    const video = await readyVideo(ada, { visibility: 'private' })
    for (const person of [bob, null])
      for (const path of ['', '/poster.jpg', '/snippets', '/progress', '/views', '/views/pages?site=x'])
        expect([401, 404]).toContain((await send(person, 'GET', `/api/videos/${video.id}${path}`)).status)
    for (const path of [`/embed/${video.id}`, `/watch/${video.id}`])
      expect((await fetch(`${system.url}${path}`)).status).toBe(404)
    const listed = (await (await send(bob, 'GET', '/api/videos')).json()) as Page<VideoCard>
    expect(listed.items.map(({ id }) => id)).not.toContain(video.id)
    expect((await ada.request(`/embed/${video.id}`)).status).toBe(200)
  })

  test('is not posted into a room, where only its author would see it', async () => {
    await send(ada, 'POST', '/api/vpubs', { slug: 'secrets', name: 'Secrets' })
    const video = await readyVideo(ada, { visibility: 'private' })
    const answer = await send(ada, 'POST', '/api/vpubs/secrets/posts', { videoId: video.id })
    expect(answer.status).toBe(400)
  })

  test('others can neither change nor delete a video', async () => {
    const video = await readyVideo(ada)
    expect((await send(bob, 'PATCH', `/api/videos/${video.id}`, { title: 'Mine now' })).status).toBe(404)
    expect((await send(bob, 'DELETE', `/api/videos/${video.id}`)).status).toBe(404)
    expect((await ada.video(video.id)).title).toBe(video.title)
  })
})

describe('a V-Pub', () => {
  test('is opened, joined and filled, and its feed names the player of each video', async () => {
    const room = { slug: 'kites', name: 'Kites & co', description: 'All about <kites>.' }
    expect((await send(ada, 'POST', '/api/vpubs', room)).status).toBe(201)
    expect(await codeOf(await send(bob, 'POST', '/api/vpubs', room))).toBe('conflict')

    const video = await readyVideo(bob, { title: 'My <kite>' })
    const post = { videoId: video.id }
    expect(await codeOf(await send(bob, 'POST', '/api/vpubs/kites/posts', post))).toBe('forbidden')
    expect((await send(bob, 'POST', '/api/vpubs/kites/members', {})).status).toBe(201)
    expect((await send(bob, 'POST', '/api/vpubs/kites/posts', post)).status).toBe(201)
    expect((await send(bob, 'POST', '/api/vpubs/kites/posts', post)).status).toBe(201)

    const page = (await (await send(null, 'GET', '/api/vpubs/kites')).json()) as VPubPage
    expect(page).toMatchObject({ memberCount: 2, videoCount: 1, isMember: false })
    expect(page.videos.items.map(({ id, postedBy }) => [id, postedBy])).toEqual([[video.id, 'Bob']])

    const feed = await fetch(`${system.url}/v/kites/feed.xml`)
    expect(feed.headers.get('content-type')).toContain('application/rss+xml')
    const xml = await feed.text()
    expect(xml).toContain(`<media:player url="${system.url}/embed/${video.id}"`)
    expect(xml).toContain('<title>My &#60;kite&#62;</title>')
    const poster = await fetch(`${system.url}/api/videos/${video.id}/poster.jpg`)
    expect(poster.headers.get('content-type')).toBe('image/jpeg')

    await send(bob, 'PATCH', `/api/videos/${video.id}`, { visibility: 'private' })
    expect(await (await fetch(`${system.url}/v/kites/feed.xml`)).text()).not.toContain(video.id)
  })
})

describe('requests that make no sense', () => {
  test('a huge sign-up is refused before it is read, and a name has its limit', async () => {
    const person = { name: 'x', email: 'huge@example.org', password: 'a long password' }
    const huge = await send(null, 'POST', '/api/auth/sign-up/email', { ...person, name: 'x'.repeat(200_000) })
    expect(huge.status).toBe(413)
    const long = await send(null, 'POST', '/api/auth/sign-up/email', { ...person, name: 'x'.repeat(500) })
    expect(long.status).toBe(400)
    const renamed = await send(ada, 'POST', '/api/auth/update-user', { name: 'y'.repeat(500) })
    expect(renamed.status).toBe(400)
  })

  test('event streams of one address are limited, and the rest of the site goes on', async () => {
    const video = await readyVideo(ada)
    const leave = new AbortController()
    const watch = () => ada.request(`/api/videos/${video.id}/views/live`, { signal: leave.signal })
    const answers = await Promise.all(Array.from({ length: 70 }, watch))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(64)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(6)
    expect((await fetch(`${system.url}/api/health`)).status).toBe(200)
    leave.abort()
  })

  test('a file name with a NUL is harmless in a resumable upload', async () => {
    const created = await ada.request('/api/uploads', {
      method: 'POST',
      headers: {
        'Tus-Resumable': '1.0.0',
        'Upload-Length': '3',
        'Upload-Metadata': `filename ${Buffer.from('a\0b.mp4').toString('base64')}`,
      },
    })
    const last = await ada.request(created.headers.get('location')!, {
      method: 'PATCH',
      headers: { 'Tus-Resumable': '1.0.0', 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' },
      body: 'abc',
    })
    expect(last.status).toBe(204)
    expect((await ada.video(last.headers.get('x-video-id')!)).title).toBe('a b')
  })

  test.each([
    `/api/videos?cursor=${Buffer.from('[1e30,"a"]').toString('base64url')}`,
    '/api/videos?cursor=x',
    '/api/videos/%ff',
    '/api/videos/%00',
    '/v/%00/feed.xml',
    '/api/vpubs/%00',
    '/embed/%ff',
  ])('%s is the caller’s fault, not ours', async (path) => {
    const { status } = await fetch(`${system.url}${path}`)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  test('characters that no title needs are left out', async () => {
    const video = await ada.upload(new Blob([clip]), 'clip.mp4')
    const changes = { title: 'a\u0000b\u202ec', description: 'one\u0000\ntwo' }
    const answer = await send(ada, 'PATCH', `/api/videos/${video.id}`, changes)
    expect(await answer.json()).toMatchObject({ title: 'a b c', description: 'one\ntwo' })
  })

  test('a long title is cut between characters', async () => {
    const video = await ada.upload(new Blob([clip]), 'clip.mp4', { title: `${'a'.repeat(199)}👨‍👩‍👧` })
    expect(video.title).toBe('a'.repeat(199))
  })
})

describe('every page', () => {
  test.each(['/', '/sign-in', '/sign-up', '/v', '/upload', '/record'])(
    '%s is rendered on the server in both languages',
    async (path) => {
      for (const language of ['en', 'zh']) {
        const answer = await fetch(`${system.url}${path}`, { headers: { 'Accept-Language': language } })
        expect(answer.status).toBe(200)
        expect(await answer.text()).toMatch(new RegExp(`<html lang="${language}`))
      }
    },
  )

  test('what is not there is answered with 404 and a page', async () => {
    const answer = await fetch(`${system.url}/watch/bcdfghjkmnpq`, { headers: { Accept: 'text/html' } })
    expect(answer.status).toBe(404)
    expect(await answer.text()).toContain('<html')
  })
})
