import { afterAll, beforeAll, expect, test } from 'vitest'
import { type MediaToken, mediaTokenSchema } from '#contract/play-token.ts'
import { pictureLifetimeMs, playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { signUp } from '#support/person.ts'

/** Media at a path of this site, whose tokens are each play's own, and at a CDN, whose tokens are shared. */
const places = { 'this site': {}, 'a CDN': { MEDIA_URL: 'https://cdn.example/media' } }
let apis: Record<string, TestApi> = {}

beforeAll(async () => {
  const started = Object.entries(places).map(async ([name, settings]) => [name, await startTestApi(settings)])
  apis = Object.fromEntries(await Promise.all(started)) as typeof apis
})
afterAll(() => Promise.all(Object.values(apis).map((api) => api.stop())))

/** All tokens for media that a text gives away. */
function tokensIn(text: string): MediaToken[] {
  return [...text.matchAll(/\/media\/([^/"\\]+)\//g)].map(([, token]) => {
    const parts = token!.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    return mediaTokenSchema.parse(JSON.parse(parts.find((part) => part.startsWith('{'))!))
  })
}

test.each(Object.keys(places))(
  'a video that is made private is closed at once, and what was given out before of media at %s ends when the studio says',
  async (place) => {
    const api = apis[place]!
    const ada = await signUp(api.url)
    const id = await api.addVideo(ada)
    const prefix = `videos/${id}/a1`
    const shown = { published_prefix: `${prefix}/ladder`, poster_key: `${prefix}/poster/poster.jpg` }
    await api.catalog.database.updateTable('video').set(shown).where('id', '=', id).execute()
    const ask = async (path: string) => fetch(`${api.url}${path}`, { redirect: 'manual' })
    const surfaces = [`/embed/${id}`, `/api/videos/${id}`, '/api/videos']
    const given = await Promise.all(surfaces.map(async (path) => (await ask(path)).text()))
    const tokens = tokensIn(given.join('\n'))
    expect(new Set(tokens.map((token) => token.prefix))).toEqual(new Set([`${prefix}/ladder`, `${prefix}/poster`]))
    for (const { prefix: opened, expiresAtMs } of tokens) {
      const mostMs = opened.endsWith('/poster') ? pictureLifetimeMs : playTokenLifetimeMs
      expect([opened, expiresAtMs <= Date.now() + mostMs]).toEqual([opened, true])
    }

    expect((await ada.send('PATCH', `/api/videos/${id}`, { visibility: 'private' })).status).toBe(200)
    const after = await Promise.all(surfaces.map(async (path) => (await ask(path)).text()))
    expect(tokensIn(after.join('\n'))).toEqual([])
    expect((await ask(`/api/videos/${id}`)).status).toBe(404)
  },
)
