import { expect, test } from 'vitest'
import { escapeXml, vpubFeed } from './vpub-feed.ts'

const channel = {
  title: 'Kites',
  description: '',
  pageUrl: 'http://q.example/v/kites',
  feedUrl: 'http://q.example/v/kites/feed.xml',
}

const video = {
  id: 'bcdfghjkmnpq',
  title: 'A & B <script>',
  description: 'x',
  ownerName: 'Ada',
  durationMs: 52_200,
  width: 1280,
  height: 720,
  publishedAt: new Date('2026-01-02T03:04:05Z'),
}

test('a feed names each video with its player, poster and length in seconds', () => {
  const feed = vpubFeed('http://q.example', channel, [video])
  expect(feed).toContain('<link>http://q.example/watch/bcdfghjkmnpq</link>')
  expect(feed).toContain('<media:player url="http://q.example/embed/bcdfghjkmnpq" width="1280" height="720"/>')
  expect(feed).toContain('<media:thumbnail url="http://q.example/api/videos/bcdfghjkmnpq/poster.jpg"/>')
  expect(feed).toContain('duration="52"')
  expect(feed).toContain('<pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate>')
})

test('titles are text in a feed, never markup', () => {
  expect(vpubFeed('http://q.example', channel, [video])).toContain('<title>A &#38; B &#60;script&#62;</title>')
})

test('characters that XML forbids are left out', () => {
  expect(escapeXml('a\u0000b\u0008c\ud800d')).toBe('abcd')
  expect(escapeXml('企鹅 🐧')).toBe('企鹅 🐧')
})
