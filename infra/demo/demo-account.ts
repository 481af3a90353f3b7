import { randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page, VideoCard } from '../../services/contract/video.ts'
import type { NewVPub } from '../../services/contract/vpub.ts'
import { StartError } from '../../services/program/read-config.ts'

export interface DemoAccount {
  email: string
  password: string
  /** Ids of what it has, by title. */
  videos(): Promise<Map<string, string>>
  upload(path: string, title: string, description: string): Promise<string>
  openRoom(room: NewVPub): Promise<void>
  post(slug: string, videoId: string): Promise<void>
}

/** Signs in as the demo's person, who signs up on the first run; the password is random and kept in the data folder. */
export async function enterDemo(dataFolder: string, siteUrl: string): Promise<DemoAccount> {
  const { email, password, isNew } = await credentials(dataFolder)
  const cookie =
    (isNew ? null : await enter(siteUrl, 'sign-in', { email, password })) ??
    (await enter(siteUrl, 'sign-up', { name: 'Mia Demo', email, password })) ??
    (await enter(siteUrl, 'sign-in', { email, password }))
  if (!cookie) throw new StartError('The demo account exists with another password; remove demo.json and the account.')

  async function request<Body>(path: string, init: RequestInit, expected: number[]): Promise<Body> {
    const answer = await fetch(`${siteUrl}${path}`, {
      ...init,
      headers: { Cookie: cookie!, Origin: siteUrl, ...init.headers },
    })
    if (!expected.includes(answer.status)) throw new StartError(`The demo could not be filled: ${await answer.text()}`)
    return (await answer.json()) as Body
  }
  const json = (method: string, body: unknown): RequestInit => ({
    method,
    body: JSON.stringify(body),
    headers: { 'Content-Type': 'application/json' },
  })

  return {
    email,
    password,
    async videos() {
      const { items } = await request<Page<VideoCard>>('/api/videos?mine=1', {}, [200])
      return new Map(items.map(({ title, id }) => [title, id]))
    },
    async upload(path, title, description) {
      const form = new FormData()
      form.set('title', title)
      form.set('file', await openAsBlob(path), 'demo.mp4')
      const { id } = await request<VideoCard>('/api/videos', { method: 'POST', body: form }, [201])
      await request(`/api/videos/${id}`, json('PATCH', { description }), [200])
      return id
    },
    async openRoom(room) {
      await request('/api/vpubs', json('POST', room), [201, 409])
    },
    async post(slug, videoId) {
      await request(`/api/vpubs/${slug}/posts`, json('POST', { videoId }), [201])
    },
  }
}

async function credentials(dataFolder: string): Promise<{ email: string; password: string; isNew: boolean }> {
  const path = join(dataFolder, 'demo.json')
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text !== null) return { ...JSON.parse(text), isNew: false }
  const made = { email: 'mia@demo.example', password: randomBytes(9).toString('base64url') }
  await writeFile(path, JSON.stringify(made), { mode: 0o600, flush: true })
  return { ...made, isNew: true }
}

/** The session's cookie, or null where the site says no. */
async function enter(siteUrl: string, way: 'sign-in' | 'sign-up', body: object): Promise<string | null> {
  const answer = await fetch(`${siteUrl}/api/auth/${way}/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: siteUrl },
    body: JSON.stringify(body),
  })
  if (!answer.ok) return null
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}
