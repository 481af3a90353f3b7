import type { Grade } from '#contract/grade.ts'

/** Where a video began to play. */
export interface MailedSite {
  videoId: string
  videoTitle: string
  site: string
  page: string
  grade: Grade
}

export interface AlertMail {
  /** The same at every try, so that a mail which came twice can be told. */
  messageId: string
  to: string
  subject: string
  text: string
  html: string
  unsubscribeUrl: string
}

interface MailFacts {
  mailId: string
  to: string
  /** Of this site. */
  publicUrl: string
  unsubscribeSecret: string
  sites: MailedSite[]
  /** How many there are in all; a mail names the first of them. */
  total: number
}

/** What a mail names; the notifications page has them all. */
export const mostMailedSites = 20

/** One mail for all that gathered. */
export function writeAlertMail({ mailId, to, publicUrl, unsubscribeSecret, sites, total }: MailFacts): AlertMail {
  const urlOf = (path: string) => new URL(path, publicUrl).href
  const unsubscribeUrl = urlOf(`/settings/alerts/unsubscribe/${unsubscribeSecret}`)
  const entries = sites.map((each) => ({
    ...each,
    viewsUrl: urlOf(`/studio/${each.videoId}/views?site=${encodeURIComponent(each.site)}`),
  }))
  const rest = total - sites.length
  const links = { allUrl: urlOf('/notifications'), settingsUrl: urlOf('/settings/alerts'), unsubscribeUrl }
  return {
    messageId: `<alert-${mailId}@${new URL(publicUrl).hostname}>`,
    to,
    subject: subjectOf(sites, total),
    text: textOf(entries, rest, links),
    html: htmlOf(entries, rest, links),
    unsubscribeUrl,
  }
}

interface Entry extends MailedSite {
  viewsUrl: string
}

interface Links {
  allUrl: string
  settingsUrl: string
  unsubscribeUrl: string
}

function subjectOf(sites: MailedSite[], total: number): string {
  const [first] = sites as [MailedSite]
  if (total === 1) return `“${first.videoTitle}” is playing on ${first.site}`
  const isOneVideo = sites.every(({ videoId }) => videoId === first.videoId) && total === sites.length
  return `${isOneVideo ? `“${first.videoTitle}” is` : 'Your videos are'} playing on ${total.toLocaleString('en')} new sites`
}

const sureness: Record<Grade, string> = {
  delivered: 'certain: the browser says so, and we sent the picture there',
  attested: 'sure: two signals of the browser agree',
  reported: 'likely: one signal of the browser says so',
  claimed: 'claimed by the page only',
  conflict: 'the signals disagree',
  hidden: 'unknown',
}

function textOf(entries: Entry[], rest: number, links: Links): string {
  const blocks = entries.map(
    ({ videoTitle, site, page, grade, viewsUrl }) => `“${videoTitle}” on ${site} (${sureness[grade]})
${page ? `The page: ${page}\n` : ''}Who watches there, or block the site: ${viewsUrl}
`,
  )
  return `Somebody has put a video of yours on a site where it was not seen before, and people have pressed play.

${blocks.join('\n')}${rest > 0 ? `\nAnd ${rest.toLocaleString('en')} more: ${links.allUrl}\n` : ''}
--
You get this because you asked for mail about new sites.
Change that: ${links.settingsUrl}
No more mails: ${links.unsubscribeUrl}
`
}

function htmlOf(entries: Entry[], rest: number, links: Links): string {
  const blocks = entries.map(
    ({ videoTitle, site, page, grade, viewsUrl }) => `<p style="margin:0 0 20px">
<b>${escapeHtml(videoTitle)}</b> on <b>${escapeHtml(site)}</b><br>
${page ? `The page: <a href="${escapeHtml(page)}" rel="noreferrer">${escapeHtml(page)}</a><br>` : ''}
<span style="color:#666">${sureness[grade]}</span><br>
<a href="${escapeHtml(viewsUrl)}">Who watches there</a> · <a href="${escapeHtml(viewsUrl)}">Block the site</a>
</p>`,
  )
  const more = rest > 0 ? `<p><a href="${escapeHtml(links.allUrl)}">And ${rest.toLocaleString('en')} more</a></p>` : ''
  return `<!doctype html>
<html lang="en"><body style="margin:0 auto;max-width:560px;padding:24px;font:16px/1.5 system-ui,sans-serif">
<p style="margin:0 0 20px">Somebody has put a video of yours on a site where it was not seen before, and people have pressed play.</p>
${blocks.join('\n')}
${more}
<p style="border-top:1px solid #ccc;padding-top:12px;color:#666;font-size:14px">You get this because you asked for mail about new sites.
<a href="${escapeHtml(links.settingsUrl)}">Change that</a> or <a href="${escapeHtml(links.unsubscribeUrl)}">get no more mails</a>.</p>
</body></html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
