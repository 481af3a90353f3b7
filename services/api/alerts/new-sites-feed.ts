import type { Notification } from '#contract/alerts.ts'
import { escapeXml } from '../vpubs/vpub-feed.ts'

/** What a feed says of one new site. */
export type FeedSite = Pick<Notification, 'id' | 'videoId' | 'videoTitle' | 'site' | 'page' | 'grade'> & {
  created_at: Date
}

/** RSS 2.0 of the sites on which somebody's videos began to play, newest first. */
export function newSitesFeed(feedUrl: string, sites: FeedSite[]): string {
  const pageUrl = new URL('/notifications', feedUrl).href
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>New sites of your videos</title>
<link>${escapeXml(pageUrl)}</link>
<description>Sites on which your videos have begun to play</description>
<atom:link href="${escapeXml(feedUrl)}" rel="self" type="application/rss+xml"/>
${sites.map((site) => item(feedUrl, site)).join('\n')}
</channel>
</rss>
`
}

function item(feedUrl: string, { id, videoId, videoTitle, site, page, grade, created_at }: FeedSite): string {
  const viewsUrl = new URL(`/studio/${videoId}/views?site=${encodeURIComponent(site)}`, feedUrl).href
  const where = page ? `on the page ${page}` : `on ${site}`
  return `<item>
<title>${escapeXml(`“${videoTitle}” is playing on ${site}`)}</title>
<link>${escapeXml(viewsUrl)}</link>
<guid isPermaLink="false">new-site-${id}-${videoId}</guid>
<pubDate>${created_at.toUTCString()}</pubDate>
<description>${escapeXml(`“${videoTitle}” was played for the first time ${where} (${grade}).`)}</description>
</item>`
}
