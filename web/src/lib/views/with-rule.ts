import type { EmbedPolicy, SiteAction } from '#contract/site-rules.ts'

/** A policy in which the site has that rule and no other; with null it has none. */
export function withRule(policy: EmbedPolicy, site: string, action: SiteAction | null): EmbedPolicy {
  const name = site.trim().toLowerCase()
  const others = policy.sites.filter((rule) => rule.site !== name)
  return { ...policy, sites: action === null ? others : [...others, { site: name, action }] }
}
