/** What a feed says of one video. Addresses are absolute: readers of feeds live elsewhere. */
export interface FeedVideo {
  id: string
  title: string
  description: string
  ownerName: string
  durationMs: number
  width: number
  height: number
  publishedAt: Date
}

export interface FeedChannel {
  title: string
  description: string
  pageUrl: string
  feedUrl: string
}

/** RSS 2.0 with Media RSS: any reader shows the list, players and aggregators find embed, poster and length. */
export function vpubFeed(origin: string, channel: FeedChannel, videos: FeedVideo[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${escapeXml(channel.title)}</title>
<link>${escapeXml(channel.pageUrl)}</link>
<description>${escapeXml(channel.description || channel.title)}</description>
<atom:link href="${escapeXml(channel.feedUrl)}" rel="self" type="application/rss+xml"/>
${videos.map((video) => item(origin, video)).join('\n')}
</channel>
</rss>
`
}

function item(origin: string, video: FeedVideo): string {
  const watchUrl = escapeXml(`${origin}/watch/${video.id}`)
  const size = video.width > 0 ? ` width="${video.width}" height="${video.height}"` : ''
  return `<item>
<title>${escapeXml(video.title)}</title>
<link>${watchUrl}</link>
<guid isPermaLink="true">${watchUrl}</guid>
<pubDate>${video.publishedAt.toUTCString()}</pubDate>
<dc:creator>${escapeXml(video.ownerName)}</dc:creator>
<description>${escapeXml(video.description)}</description>
<media:content medium="video" duration="${Math.round(video.durationMs / 1000)}"${size}>
<media:title type="plain">${escapeXml(video.title)}</media:title>
<media:thumbnail url="${escapeXml(`${origin}/api/videos/${video.id}/poster.jpg`)}"/>
<media:player url="${escapeXml(`${origin}/embed/${video.id}`)}"${size}/>
</media:content>
</item>`
}

/** Characters that XML 1.0 forbids even escaped are left out; one in a title must not break everybody's feed. */
export function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
