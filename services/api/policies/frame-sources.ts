import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { siteBuckets } from '#contract/play-token.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { mayPlay } from './judge-policy.ts'
import { isShared } from './name-rule.ts'

/**
 * Which pages browsers let frame a player, for `frame-ancestors`; null for all of them, since even `*` keeps out files,
 * apps and pages without an origin. A header can name whom it allows and never whom not, so only an allow-list says
 * less than everybody; blocked sites are refused by what the document and `open` answer.
 */
export function frameSources(policy: EmbedPolicy): string[] | null {
  if (policy.mode !== 'allow-list') return null
  const sources = policy.sites.filter(({ action }) => mayPlay(action)).map(({ site }) => sourcesOf(site))
  const flat = sources.flat()
  // Proxies and servers refuse headers of some 8 kB. `open` judges the site in any case.
  const isTooLong = flat.join(' ').length > mostCharacters
  return isTooLong || sources.includes(null) ? null : ["'self'", ...flat.filter((source) => source !== null)]
}

const mostCharacters = 4_000

/** One site with its subdomains on any port; `http:` in a source means https as well. Null for what no header can name. */
function sourcesOf(site: string): string[] | null {
  if (site === siteBuckets.localhost) return ['http://localhost:*', 'http://*.localhost:*', 'http://127.0.0.1:*']
  if (site === siteBuckets.file) return ['file:']
  if (site.startsWith('(')) return null
  // Browsers know no source that is an address.
  if (isIP(site.replace(/^\[|\]$/g, ''))) return null
  const host = domainToASCII(site)
  if (host === '') return null
  return isShared(site) ? [`http://${host}:*`] : [`http://${host}:*`, `http://*.${host}:*`]
}
