import { expect, test } from 'vitest'
import { newSitesFeed } from './new-sites-feed.ts'

const feedUrl = 'https://q.example/feeds/new-sites/secret.xml'

test('a feed names each new site with a link to its plays', () => {
  const feed = newSitesFeed(feedUrl, [
    {
      id: '7',
      videoId: 'bcdfghjkmnpq',
      videoTitle: 'A & B <script>',
      site: 'news.example',
      page: 'https://news.example/a',
      grade: 'attested',
      created_at: new Date('2026-01-02T03:04:05Z'),
    },
  ])
  expect(feed).toContain('<title>“A &#38; B &#60;script&#62;” is playing on news.example</title>')
  expect(feed).toContain('<link>https://q.example/studio/bcdfghjkmnpq/views?site=news.example</link>')
  expect(feed).toContain('<guid isPermaLink="false">new-site-7-bcdfghjkmnpq</guid>')
  expect(feed).toContain('<pubDate>Fri, 02 Jan 2026 03:04:05 GMT</pubDate>')
  expect(feed).toContain('on the page https://news.example/a (attested)')
})

test('a feed without news is still a feed', () => {
  expect(newSitesFeed(feedUrl, [])).toContain(`<atom:link href="${feedUrl}" rel="self"`)
})
