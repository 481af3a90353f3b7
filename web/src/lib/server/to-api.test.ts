import { expect, test } from 'vitest'
import { toApi } from './to-api.ts'

function visit(headers: Record<string, string>) {
  const url = new URL('https://video.example/watch/abc')
  return { request: new Request(url, { headers }), url, getClientAddress: () => '203.0.113.7' }
}

const question = new Request('https://video.example/api/videos?cursor=a%2Fb')

test('a question for the API goes to its internal address with path and query as they were', () => {
  expect(toApi(visit({}), question).url).toBe('http://127.0.0.1:8080/api/videos?cursor=a%2Fb')
})

test('the API is asked in the visitor’s name: session, language and browser', () => {
  const { headers } = toApi(visit({ cookie: 'session=1', 'accept-language': 'zh', 'user-agent': 'Some/1' }), question)
  expect([headers.get('cookie'), headers.get('accept-language'), headers.get('user-agent')]).toEqual([
    'session=1',
    'zh',
    'Some/1',
  ])
})

test('the visitor’s address is added after those that proxies told, so that nobody can make one up', () => {
  expect(toApi(visit({}), question).headers.get('x-forwarded-for')).toBe('203.0.113.7')
  expect(toApi(visit({ 'x-forwarded-for': '198.51.100.1' }), question).headers.get('x-forwarded-for')).toBe(
    '198.51.100.1, 203.0.113.7',
  )
})

test('the API learns by which name the site was opened', () => {
  expect(toApi(visit({}), question).headers.get('x-forwarded-host')).toBe('video.example')
})
