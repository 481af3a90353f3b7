import { describe, expect, it, test } from 'vitest'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { frameSources } from './frame-sources.ts'
import { isGuarding, judgePolicy } from './judge-policy.ts'
import { nameRule, nameRules } from './name-rule.ts'

const rules: EmbedPolicy['sites'] = [
  { site: 'good.example', action: 'allow' },
  { site: 'bad.example', action: 'block' },
  { site: 'loud.example', action: 'click-to-play' },
]
const on = (site: string, topSite = '') => ({ site, topSite })
const kindOf = (mode: EmbedPolicy['mode'], site: string, topSite = '') =>
  judgePolicy({ mode, sites: rules }, on(site, topSite)).kind

describe('site rules', () => {
  it.each([
    ['open', 'good.example', 'allow'],
    ['open', 'bad.example', 'refuse'],
    ['open', 'loud.example', 'click-to-play'],
    ['open', 'new.example', 'allow'],
    ['open', '(hidden)', 'allow'],
    ['open', '(this site)', 'allow'],
    ['report-only', 'bad.example', 'refuse'],
    ['report-only', 'new.example', 'allow'],
    ['report-only', '(hidden)', 'allow'],
    ['allow-list', 'good.example', 'allow'],
    ['allow-list', 'bad.example', 'refuse'],
    ['allow-list', 'loud.example', 'click-to-play'],
    ['allow-list', 'new.example', 'refuse'],
    ['allow-list', '(hidden)', 'refuse'],
    ['allow-list', '(localhost)', 'refuse'],
    ['allow-list', '(this site)', 'allow'],
  ] as const)('in mode %s: %s is answered with %s', (mode, site, kind) => expect(kindOf(mode, site)).toBe(kind))

  it('judge the outermost site too, so that no page lends its name to another', () => {
    expect(kindOf('open', 'good.example', 'bad.example')).toBe('refuse')
    expect(kindOf('allow-list', 'good.example', 'new.example')).toBe('refuse')
    expect(kindOf('allow-list', '(this site)', 'new.example')).toBe('refuse')
    expect(kindOf('open', 'good.example', 'loud.example')).toBe('click-to-play')
  })

  it('say that a site hides itself, which is another thing than being unwanted', () => {
    expect(judgePolicy({ mode: 'allow-list', sites: [] }, on('(hidden)'))).toMatchObject({ why: 'hidden' })
    expect(judgePolicy({ mode: 'allow-list', sites: [] }, on('new.example'))).toMatchObject({ why: 'unwanted' })
  })

  it('make players wait only where they could be refused or hushed', () => {
    expect(isGuarding({ mode: 'open', sites: [] })).toBe(false)
    expect(isGuarding({ mode: 'report-only', sites: [rules[0]!] })).toBe(false)
    expect(isGuarding({ mode: 'open', sites: rules })).toBe(true)
    expect(isGuarding({ mode: 'allow-list', sites: [] })).toBe(true)
  })
})

describe('the site that an owner means', () => {
  it.each([
    ['x.example', 'x.example'],
    ['https://www.x.example/page?a=1', 'x.example'],
    ['*.x.example', 'x.example'],
    ['https://*.x.example:8443', 'x.example'],
    ['x.example:8443', 'x.example'],
    ['me.github.io', 'me.github.io'],
    ['github.io', 'github.io'],
    ['xn--bcher-kva.example', 'bücher.example'],
    ['bücher.example', 'bücher.example'],
    ['news.bbc.co.uk', 'bbc.co.uk'],
    ['8.8.8.8', '8.8.8.8'],
    ['localhost:3000', '(localhost)'],
    ['(app)', '(app)'],
  ])('by %s is %s', (text, site) => expect(nameRule(text)).toBe(site))

  it.each(['*.github.io', '*.co.uk', '(hidden)', '(this site)', 'not a site', 'http://'])('can’t be %s', (text) =>
    expect(() => nameRule(text)).toThrow(expect.objectContaining({ code: 'bad_request' })),
  )

  it('stands once in the rules, with the last word about it', () => {
    const sites: EmbedPolicy['sites'] = [
      { site: 'www.x.example', action: 'allow' },
      { site: 'x.example', action: 'block' },
    ]
    expect(nameRules({ mode: 'open', sites })).toEqual({
      mode: 'open',
      sites: [{ site: 'x.example', action: 'block' }],
    })
  })
})

describe('who may frame a player', () => {
  const list = (...sites: string[]): EmbedPolicy => ({
    mode: 'allow-list',
    sites: sites.map((site) => ({ site, action: 'allow' })),
  })

  it('is everybody where the owner keeps no list, for a header can’t name whom it excludes', () => {
    expect(frameSources({ mode: 'open', sites: rules })).toBeNull()
    expect(frameSources({ mode: 'report-only', sites: rules })).toBeNull()
  })

  it('is our own site, and each allowed one with its subdomains on any port', () =>
    expect(frameSources({ mode: 'allow-list', sites: rules })).toEqual([
      "'self'",
      'http://good.example:*',
      'http://*.good.example:*',
      'http://loud.example:*',
      'http://*.loud.example:*',
    ]))

  it('is nobody beneath a suffix that strangers share', () =>
    expect(frameSources(list('github.io', 'me.github.io'))).toEqual([
      "'self'",
      'http://github.io:*',
      'http://me.github.io:*',
      'http://*.me.github.io:*',
    ]))

  it('is written in the letters that headers have', () =>
    expect(frameSources(list('bücher.example'))).toContain('http://xn--bcher-kva.example:*'))

  test('everybody, where the list names what no header can, or is too long for one: the token decides then', () => {
    expect(frameSources(list('(private network)'))).toBeNull()
    expect(frameSources(list(...Array.from({ length: 500 }, (_, index) => `site${index}.example`)))).toBeNull()
  })
})
