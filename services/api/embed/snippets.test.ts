import { describe, expect, it } from 'vitest'
import { iframeSnippet, scriptSnippet } from './snippets.ts'

const origin = 'https://videos.example'
const video = { id: 'bcdfghjkmnpq', title: 'A "fine" <title>', width: 1080, height: 1920 }

describe('the snippets that we hand out', () => {
  it('embed by an iframe that keeps its shape and lets the page’s path arrive', () => {
    const html = iframeSnippet(origin, video)
    expect(html).toContain('src="https://videos.example/embed/bcdfghjkmnpq"')
    expect(html).toContain('aspect-ratio:1080/1920')
    expect(html).toContain('referrerpolicy="no-referrer-when-downgrade"')
    expect(html).toContain('loading="lazy"')
  })

  it('have a private variant that tells the site only', () =>
    expect(iframeSnippet(origin, video, { isPrivate: true })).toContain(
      'referrerpolicy="strict-origin-when-cross-origin"',
    ))

  it('embed by a script', () =>
    expect(scriptSnippet(origin, { ...video, title: 'T', width: 0, height: 0 })).toBe(
      '<script async src="https://videos.example/embed.js" data-video="bcdfghjkmnpq" data-ratio="16/9" data-title="T"></script>',
    ))

  it('escape the title', () => {
    for (const html of [iframeSnippet(origin, video), scriptSnippet(origin, video)])
      expect(html).toContain('"A &#34;fine&#34; &#60;title&#62;"')
  })
})
