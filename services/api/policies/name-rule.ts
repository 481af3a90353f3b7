import { parse } from 'tldts'
import { AppError } from '#contract/errors.ts'
import { siteBuckets } from '#contract/play-token.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { siteName } from '../embed/site-name.ts'

/** The policy with every site named as plays name theirs, each once; the last word about a site counts. */
export function nameRules(policy: EmbedPolicy): EmbedPolicy {
  const actions = new Map(policy.sites.map(({ site, action }) => [nameRule(site), action]))
  return { ...policy, sites: [...actions].map(([site, action]) => ({ site, action })) }
}

/**
 * The site that an owner means by `x.example`, `https://www.x.example/page`, `*.x.example:8443`, `xn--…` or `(localhost)`.
 * Throws `bad_request` where it is none that a rule can be about.
 */
export function nameRule(text: string): string {
  const bucket = Object.values(siteBuckets).find((name) => name === text)
  if (bucket === siteBuckets.thisSite) throw new AppError('bad_request', 'Our own site always plays; it needs no rule.')
  if (bucket === siteBuckets.hidden)
    throw new AppError(
      'bad_request',
      'Pages that hide their site can’t be named in a rule; an allow-list turns them away.',
    )
  if (bucket) return bucket
  const bare = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?\*\./, '$1')
  const name = siteName(/^[a-z][a-z0-9+.-]*:/.test(bare) && !/^[^:/]+:\d+/.test(bare) ? bare : `http://${bare}`, '')
  if (!name) throw new AppError('bad_request', `“${text}” is not the name of a site; write it like news.example.`)
  if (bare !== text && isShared(name))
    throw new AppError('bad_request', `${name} is shared by many sites; name one of them, such as name.${name}.`)
  return name
}

/** A suffix under which strangers have sites of their own, such as `github.io` or `co.uk`. */
export function isShared(site: string): boolean {
  return parse(site, { allowPrivateDomains: true }).domain === null
}
