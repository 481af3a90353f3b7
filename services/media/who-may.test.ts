import { expect, test, vi } from 'vitest'
import { hourMs, key, mediaUrl, prefix, tokenFor, useMediaServer } from '#support/media-server.ts'

const media = useMediaServer()
const ask: typeof media.ask = (...words) => media.ask(...words)

test.each([
  ['is not one', () => 'nonsense', 'token_invalid'],
  ['lost its last letter', () => tokenFor(prefix).slice(0, -1), 'token_invalid'],
  [
    'has another payload',
    () => withPayload({ prefix: 'videos', playId: '', expiresAtMs: Date.now() + hourMs }),
    'token_invalid',
  ],
  [
    'was signed with another secret',
    () => tokenFor(prefix, hourMs, { ...key, secret: 'x'.repeat(40) }),
    'token_invalid',
  ],
  ['names a key we do not have', () => tokenFor(prefix, hourMs, { ...key, id: 'k2' }), 'token_invalid'],
  ['ended two minutes ago', () => tokenFor(prefix, -120_000), 'token_expired'],
])('a token that %s opens nothing', async (_, token, code) => {
  const answer = await ask(mediaUrl('v720/1.m4s', token()))
  expect(answer).toMatchObject({ status: 403, code })
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.body).not.toContain('0123456789')
})

test('a token that worked stops working when it ends', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    const token = tokenFor(prefix, hourMs)
    expect((await ask(mediaUrl('v720/1.m4s', token))).status).toBe(200)
    vi.setSystemTime(Date.now() + hourMs + 120_000)
    expect(await ask(mediaUrl('v720/1.m4s', token))).toMatchObject({ status: 403, code: 'token_expired' })
  } finally {
    vi.useRealTimers()
  }
})

test('a token of one video opens nothing of another', async () => {
  await media.storage.put('videos/zzzzzzzzzzzz/a1/ladder/1.m4s', Buffer.from('private'))
  for (const path of ['../../../zzzzzzzzzzzz/a1/ladder/1.m4s', '..%2f..%2f..%2fzzzzzzzzzzzz/a1/ladder/1.m4s']) {
    expect(await ask(mediaUrl(path))).toMatchObject({ status: 404, code: 'not_found' })
  }
})

test.each([
  'v720/..%2f..%2fv720/1.m4s',
  'v720/../v720/1.m4s',
  'v720/%2e%2e/v720/1.m4s',
  'v720//1.m4s',
  '/v720/1.m4s',
  'V720/1.m4s',
  'v720%2f1.m4s',
  'v720%252f1.m4s',
  'v720\\1.m4s',
  'v720/1.m4s%00.jpg',
  'v720/./1.m4s',
  'v720/1.m4s/',
  'v720',
  '',
])('the path %j is not found', async (path) => {
  expect(await ask(mediaUrl(path))).toMatchObject({ status: 404, code: 'not_found' })
})

function withPayload(payload: object): string {
  const [version, id, , signature] = tokenFor(prefix).split('.')
  return [version, id, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.')
}
