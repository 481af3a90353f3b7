import { describe, expect, it } from 'vitest'
import { agentName, unfurlerName } from './agent-name.ts'
import { oembedAnswer, oembedXml } from './oembed-answer.ts'

const safari =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4'
const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

describe('a program that looks at a link', () => {
  it.each([
    ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'Slack'],
    ['Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)', 'Discord'],
    ['TelegramBot (like TwitterBot)', 'Telegram'],
    ['WhatsApp/2.23.20.0 A', 'WhatsApp'],
    ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 'Facebook'],
    [`${safari} facebookexternalhit/1.1 Facebot Twitterbot/1.0`, 'iMessage'],
    ['Twitterbot/1.0', 'X'],
    ['LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)', 'LinkedIn'],
    ['Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.example/) Bot', 'Mastodon'],
    ['Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5', 'Skype'],
    ['Mozilla/5.0 (compatible; MicrosoftPreview/2.0; +https://aka.ms/MicrosoftPreview)', 'Teams'],
    ['Signal-Desktop/7.1 Linux', 'Signal'],
    [chrome, null],
    [safari, null],
    ['', null],
  ])('%s is known as %s', (userAgent, name) => expect(unfurlerName(userAgent)).toBe(name))

  it.each([
    ['Feedly/1.0 (+http://www.feedly.com/fetcher.html)', 'Feedly'],
    ['Mozilla/5.0 (compatible; Miniflux/2.2; +https://miniflux.app)', 'Miniflux'],
    ['WordPress/6.4; https://blog.example', 'WordPress'],
    ['<script>alert(1)</script>', 'scriptalert'],
    ['x'.repeat(500), 'x'.repeat(40)],
    ['', '(unnamed)'],
    [chrome, null],
  ])('%.40s calls itself %s', (userAgent, name) => expect(agentName(userAgent)).toBe(name))
})

describe('oEmbed', () => {
  const video = { id: 'bcdfghjkmnpq', title: 'A & <b>', ownerName: 'Ada', width: 1920, height: 1080, hasPoster: true }
  const free = { maxWidth: 10_000, maxHeight: 10_000, embedKey: '' }
  const answer = oembedAnswer('https://videos.example', video, free)

  it('has the fields that its specification asks for', () =>
    expect(answer).toMatchObject({
      type: 'video',
      version: '1.0',
      title: 'A & <b>',
      author_name: 'Ada',
      provider_url: 'https://videos.example',
      width: 1280,
      height: 720,
      thumbnail_url: 'https://videos.example/api/videos/bcdfghjkmnpq/poster.jpg',
      thumbnail_width: 1280,
      thumbnail_height: 720,
    }))

  it('hands out a player that fits, tells its page, and keeps the owner’s key', () => {
    const small = oembedAnswer('https://videos.example', video, {
      maxWidth: 480,
      maxHeight: 200,
      embedKey: 'partner x',
    })
    expect(small).toMatchObject({ width: 356, height: 200 })
    expect(small.html).toContain('src="https://videos.example/embed/bcdfghjkmnpq?key=partner%20x"')
    expect(small.html).toContain('width="356" height="200"')
    expect(small.html).toContain('referrerpolicy="no-referrer-when-downgrade"')
  })

  it('is XML too, with nothing in it that could be taken for markup', () => {
    const xml = oembedXml(answer)
    expect(xml).toContain('<title>A &#38; &#60;b&#62;</title>')
    expect(xml).toContain('<html>&#60;iframe ')
  })
})
