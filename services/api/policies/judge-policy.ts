import { siteBuckets } from '#contract/play-token.ts'
import type { EmbedPolicy, SiteAction } from '#contract/site-rules.ts'

/** What the owner's rules say of a player on a site. `why` is what its viewer is told. */
export type Verdict =
  | { kind: 'allow' }
  | { kind: 'click-to-play' }
  | { kind: 'refuse'; why: 'unwanted' | 'hidden'; site: string }

/** Everywhere, for everybody: what holds until an owner says otherwise. */
export const openPolicy: EmbedPolicy = { mode: 'open', sites: [] }

/**
 * Both the site around the player and the outermost one must be allowed, so that no page lends its good name to another;
 * where the signals disagree they are the two sites that were named.
 * A site that hides itself can't be on a list of those that may not, and is never on one of those that may.
 */
export function judgePolicy(policy: EmbedPolicy, { site, topSite }: { site: string; topSite: string }): Verdict {
  const sites = [site, topSite].filter((name) => name !== '' && name !== siteBuckets.thisSite)
  const actions = new Map<string, SiteAction>(policy.sites.map((rule) => [rule.site, rule.action]))
  const mayNot = (name: string) =>
    policy.mode === 'allow-list' ? !mayPlay(actions.get(name)) : actions.get(name) === 'block'
  const refused = sites.find(mayNot)
  if (refused !== undefined)
    return { kind: 'refuse', why: refused === siteBuckets.hidden ? 'hidden' : 'unwanted', site: refused }
  return { kind: sites.some((name) => actions.get(name) === 'click-to-play') ? 'click-to-play' : 'allow' }
}

/** Whether a player must wait until its site is known: it may be one that is not allowed to play, or not by itself. */
export function isGuarding(policy: EmbedPolicy): boolean {
  return policy.mode === 'allow-list' || policy.sites.some(({ action }) => action !== 'allow')
}

/** Sites that an owner let in, whether or not they have to ask for a press. */
export function mayPlay(action: SiteAction | undefined): boolean {
  return action === 'allow' || action === 'click-to-play'
}
