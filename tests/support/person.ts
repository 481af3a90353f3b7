import type { BrowserContext } from 'playwright-core'
import type { Video } from '#contract/video.ts'
import type { ViewsDetails } from '#contract/views.ts'

/** Somebody with an account, acting through the API as the site's own pages do. */
export interface Person {
  request(path: string, init?: RequestInit): Promise<Response>
  /** Asks with a body of JSON, or with none. */
  send(method: string, path: string, body?: unknown): Promise<Response>
  /** The Cookie header of the session. */
  cookie: string
  /** Gives a browser the same session. */
  signIn(context: BrowserContext): Promise<void>
  upload(file: Blob, name: string, fields?: Record<string, string>): Promise<Video>
  video(id: string): Promise<Video>
  viewsDetails(id: string): Promise<ViewsDetails>
}

let people = 0

export async function signUp(url: string, name = 'Ada'): Promise<Person> {
  const email = `person${++people}-${process.pid}@example.org`
  const answer = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify({ name, email, password: 'correct horse battery' }),
  })
  if (!answer.ok) throw new Error(`sign-up failed: ${answer.status} ${await answer.text()}`)
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!)

  async function request(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${url}${path}`, { ...init, headers: { Cookie: cookies.join('; '), Origin: url, ...init.headers } })
  }
  async function json<Body>(path: string, init?: RequestInit): Promise<Body> {
    const answer = await request(path, init)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Body
  }
  return {
    request,
    send(method, path, body) {
      if (body === undefined) return request(path, { method })
      const headers = { 'Content-Type': 'application/json' }
      return request(path, { method, headers, body: JSON.stringify(body) })
    },
    cookie: cookies.join('; '),
    async signIn(context) {
      await context.addCookies(
        cookies.map((cookie) => {
          const [cookieName, ...value] = cookie.split('=')
          return { name: cookieName!, value: value.join('='), url }
        }),
      )
    },
    async upload(file, fileName, fields = {}) {
      const form = new FormData()
      for (const [field, value] of Object.entries(fields)) form.set(field, value)
      form.set('file', file, fileName)
      return json<Video>('/api/videos', { method: 'POST', body: form })
    },
    video: (id) => json<Video>(`/api/videos/${id}`),
    viewsDetails: (id) => json<ViewsDetails>(`/api/videos/${id}/views`),
  }
}
