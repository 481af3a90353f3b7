import { describe, expect, it } from 'vitest'
import type { EmbedBoot } from '#contract/embed.ts'
import { embedDocument } from './embed-document.ts'

const parts = { nonce: 'n0nce', language: 'en', style: 'body{}', script: 'start()' }

function bootTitled(title: string): EmbedBoot {
  return {
    videoId: 'bcdfghjkmnpq',
    title,
    isWaiting: false,
    token: 't',
    playId: '00000000000000aa',
    openUrl: '/embed/bcdfghjkmnpq/open',
    stateUrl: '/embed/bcdfghjkmnpq/state',
    beaconUrl: '/beacon',
    mediaUrl: '/media/m/master.m3u8',
    posterUrl: '/poster.jpg?a=1&b="2"',
    durationMs: 1_000,
    isLive: false,
  }
}

describe('an embed document', () => {
  it.each([
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    '" autofocus onfocus="alert(1)',
    "'-->",
    '{{7*7}}',
    '</title>',
  ])('shows the title %s as text wherever it stands', (title) => {
    const html = embedDocument({ kind: 'player', boot: bootTitled(title) }, parts)
    expect(html).not.toContain('<img src=x')
    expect(html).not.toContain('<script>alert')
    expect(html).not.toContain('" onfocus')
    expect(html.match(/<script/g)).toHaveLength(2)
    expect(html.match(/<\/script/g)).toHaveLength(2)
    expect(html.match(/<\/title/g)).toHaveLength(1)
    expect(html).not.toContain('-->')
  })

  it('carries the title unharmed for its player', () => {
    const title = '</script> & "quotes" 你好\u2028'
    const html = embedDocument({ kind: 'player', boot: bootTitled(title) }, parts)
    const json = /<script type="application\/json" id="boot">(.*)<\/script>\n<script/s.exec(html)![1]!
    expect(JSON.parse(json).title).toBe(title)
  })

  it('marks all its inline code with the nonce', () => {
    const html = embedDocument({ kind: 'player', boot: bootTitled('a') }, parts)
    expect(html).toContain('<style nonce="n0nce">body{}</style>')
    expect(html).toContain('<script type="module" nonce="n0nce">start()</script>')
    expect(html).not.toMatch(/ on\w+=|style="/)
  })

  it('says what it waits for, and brings the script that waits', () => {
    const html = embedDocument({ kind: 'waiting', boot: { ...bootTitled('a'), isWaiting: true } }, parts)
    expect(html).toContain('still being made')
    expect(html).toContain('start()')
    expect(html).toContain('data-state="waiting"')
  })

  it('tells why a video failed only in the words that it was given', () => {
    const failed = { kind: 'failed', title: '<b>', message: '<i>too long</i>' } as const
    expect(embedDocument(failed, parts)).toContain('&#60;i&#62;too long')
    expect(embedDocument({ ...failed, message: null }, parts)).toContain('could not be made')
  })

  it.each(['missing', 'unavailable'] as const)('needs no script when it is %s', (kind) =>
    expect(embedDocument({ kind }, parts)).not.toContain('<script'),
  )

  it('asks again by itself when the site is busy', () =>
    expect(embedDocument({ kind: 'unavailable' }, parts)).toContain('http-equiv="refresh"'))

  it('speaks Chinese to those who ask for it', () => {
    const html = embedDocument({ kind: 'missing' }, { ...parts, language: 'zh-TW,zh;q=0.9,en;q=0.8' })
    expect(html).toContain('<html lang="zh-CN">')
    expect(html).toContain('这里没有视频')
  })
})
