import { describe, expect, it } from 'vitest'
import { judgeSite, readReferrer, type SiteSignals } from './judge-site.ts'

const own = 'https://videos.example'
const blogPost = { site: 'blog.example', page: 'https://blog.example/post' }
const blogOnly = { site: 'blog.example', page: '' }
const blogShake = { origin: 'https://blog.example', url: 'https://blog.example/other?q=1' }

function judge(signals: Partial<SiteSignals>) {
  return judgeSite({ server: null, ancestors: [], isTop: false, handshake: null, ...signals }, own)
}

describe('the site of a play', () => {
  it.each<[string, Partial<SiteSignals>, string, string, string, string]>([
    ['nothing is known', {}, '(hidden)', '', '', 'hidden'],
    ['only the Referer is known', { server: blogPost }, 'blog.example', '', 'https://blog.example/post', 'reported'],
    ['only ancestorOrigins are known', { ancestors: ['https://blog.example'] }, 'blog.example', '', '', 'reported'],
    [
      'both agree',
      { server: blogPost, ancestors: ['https://blog.example'] },
      'blog.example',
      '',
      'https://blog.example/post',
      'attested',
    ],
    [
      'both agree on the registrable domain',
      { server: blogOnly, ancestors: ['https://www.blog.example'] },
      'blog.example',
      '',
      '',
      'attested',
    ],
    [
      'they disagree',
      { server: blogPost, ancestors: ['https://evil.example'] },
      'blog.example',
      'evil.example',
      'https://blog.example/post',
      'conflict',
    ],
    [
      'only the handshake is known',
      { handshake: blogShake },
      'blog.example',
      '',
      'https://blog.example/other',
      'claimed',
    ],
    [
      'handshake and Referer agree',
      { server: blogOnly, handshake: blogShake },
      'blog.example',
      '',
      'https://blog.example/other',
      'attested',
    ],
    [
      'handshake and ancestorOrigins agree',
      { ancestors: ['https://blog.example'], handshake: blogShake },
      'blog.example',
      '',
      'https://blog.example/other',
      'attested',
    ],
    [
      'the handshake disagrees',
      { server: blogOnly, handshake: { origin: 'https://evil.example', url: 'https://evil.example/x' } },
      'blog.example',
      'evil.example',
      '',
      'conflict',
    ],
    [
      'frames are nested',
      { server: blogPost, ancestors: ['https://blog.example', 'https://mid.example', 'https://reader.example'] },
      'blog.example',
      'reader.example',
      'https://blog.example/post',
      'attested',
    ],
    [
      'ancestors are opaque',
      { server: blogPost, ancestors: ['null'] },
      'blog.example',
      '',
      'https://blog.example/post',
      'reported',
    ],
    [
      'only the top is known',
      { ancestors: ['null', 'https://reader.example'] },
      '(hidden)',
      'reader.example',
      '',
      'hidden',
    ],
    [
      'our own page embeds',
      { server: { site: '(this site)', page: `${own}/watch/1` }, ancestors: [own] },
      '(this site)',
      '',
      `${own}/watch/1`,
      'attested',
    ],
    ['the player is a page of its own', { isTop: true }, '(this site)', '', '', 'reported'],
    ['a link led to the player', { server: blogPost, isTop: true }, '(this site)', '', '', 'reported'],
    [
      'a frame claims to be the top',
      { server: blogPost, ancestors: ['https://blog.example'], isTop: true },
      'blog.example',
      '',
      'https://blog.example/post',
      'attested',
    ],
    [
      "the Referer's page beats the handshake's",
      { server: blogPost, handshake: blogShake },
      'blog.example',
      '',
      'https://blog.example/post',
      'attested',
    ],
  ])('when %s', (_, signals, site, topSite, page, grade) =>
    expect(judge(signals)).toEqual({ site, topSite, page, grade }),
  )

  it.each([
    ['of another origin', 'https://evil.example/x'],
    ['of another port', 'https://blog.example:444/x'],
    ['of another scheme', 'javascript:alert(1)'],
  ])('a handshake address %s is not believed', (_, url) =>
    expect(judge({ server: blogOnly, handshake: { origin: 'https://blog.example', url } }).page).toBe(''),
  )

  it('a handshake from another host of the same site brings no page', () =>
    expect(judge({ ancestors: ['https://www.blog.example'], handshake: blogShake })).toMatchObject({
      page: '',
      grade: 'attested',
    }))
})

describe('the Referer', () => {
  it('names site and page where it is whole', () =>
    expect(readReferrer('https://blog.example/post?x=1', own)).toEqual(blogPost))
  it('names the site alone where it is an origin', () =>
    expect(readReferrer('https://blog.example/', own)).toEqual(blogOnly))
  it('says nothing when it is the player itself, loaded again', () =>
    expect(readReferrer(`${own}/embed/bcdfghjkmnpq?via=script`, own)).toBeNull())
  it.each([undefined, '', 'null', 'rubbish'])('says nothing when it is "%s"', (referrer) =>
    expect(readReferrer(referrer, own)).toBeNull(),
  )
})
