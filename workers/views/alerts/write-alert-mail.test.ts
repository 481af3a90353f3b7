import { expect, test } from 'vitest'
import { type MailedSite, writeAlertMail } from './write-alert-mail.ts'

const aSite = (what: Partial<MailedSite> = {}): MailedSite => ({
  videoId: 'bcdfghjkmnpq',
  videoTitle: 'Kites',
  site: 'news.example',
  page: 'https://news.example/a',
  grade: 'attested',
  ...what,
})

function write(sites: MailedSite[], total = sites.length) {
  const facts = { mailId: '7', to: 'ada@example.org', publicUrl: 'https://q.example', unsubscribeSecret: 'secret' }
  return writeAlertMail({ ...facts, sites, total })
}

test('one new site is named in the subject, with a link to its plays', () => {
  const mail = write([aSite({ site: '企鹅视频.example' })])
  expect(mail.subject).toBe('“Kites” is playing on 企鹅视频.example')
  const link = `https://q.example/studio/bcdfghjkmnpq/views?site=${encodeURIComponent('企鹅视频.example')}`
  expect(mail.text).toContain(link)
  expect(mail.html).toContain(`href="${link}"`)
  expect(mail.messageId).toBe('<alert-7@q.example>')
  expect(mail.unsubscribeUrl).toBe('https://q.example/settings/alerts/unsubscribe/secret')
})

test('several are counted, and those that find no room are a link away', () => {
  expect(write([aSite(), aSite({ site: 'b.example' })]).subject).toBe('“Kites” is playing on 2 new sites')
  const other = aSite({ videoId: 'other', videoTitle: 'Boats' })
  expect(write([aSite(), other]).subject).toBe('Your videos are playing on 2 new sites')
  const many = write([aSite()], 5_000)
  expect(many.subject).toBe('Your videos are playing on 5,000 new sites')
  expect(many.text).toContain('And 4,999 more: https://q.example/notifications')
})

test('titles and pages are text in the mail, never markup', () => {
  const mail = write([aSite({ videoTitle: '<img src=x>', page: 'https://news.example/"><script>' })])
  expect(mail.html).not.toMatch(/<img|<script/)
  expect(mail.html).toContain('&#60;img src=x&#62;')
})
