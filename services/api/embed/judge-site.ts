import type { Grade } from '#contract/grade.ts'
import { siteBuckets } from '#contract/play-token.ts'
import { pageAddress, siteName, webOrigin } from './site-name.ts'

/** The site of a play as a token carries it. */
export interface SiteJudgement {
  site: string
  topSite: string
  page: string
  grade: Grade
}

export interface SiteSignals {
  /** What the server read from the Referer of the embed document, or null where the browser sent none. */
  server: { site: string; page: string } | null
  /** `location.ancestorOrigins`: the parent first, the top page last. */
  ancestors: readonly string[]
  /** The player is a page of its own: whatever linked to it is a link, not an embedding. */
  isTop: boolean
  /** embed.js's answer: the origin as the browser told it, the address as the page told it. */
  handshake: { origin: string; url: string } | null
  /** The User-Agent is that of an app's own browser, which names the place where nothing else does. */
  isApp?: boolean
}

/**
 * Weighs the signals about the page around the player.
 * The browser has up to three words: Referer, ancestorOrigins and the origin of the handshake's message. Two that agree
 * attest a site; Referer or ancestorOrigins alone report it; a handshake alone only claims it, since any script in the
 * page can answer. Where they disagree the server's word stands and the other is kept as the top site.
 */
export function judgeSite(signals: SiteSignals, ownOrigin: string): SiteJudgement {
  if (signals.isTop && signals.ancestors.length === 0) return ownPage
  const nameOf = (origin: string) => siteName(origin, ownOrigin)
  const parent = nameOf(signals.ancestors[0] ?? '')
  const shaken = signals.handshake && nameOf(signals.handshake.origin)
  const words = [signals.server?.site, parent, shaken].filter((word) => word != null)
  const [site] = words
  if (site === undefined) {
    const bucket = signals.isApp ? siteBuckets.app : siteBuckets.hidden
    return { site: bucket, topSite: topSiteOf(signals, nameOf, bucket), page: '', grade: 'hidden' }
  }
  const other = words.find((word) => word !== site)
  if (other !== undefined) return { site, topSite: other, page: signals.server?.page ?? '', grade: 'conflict' }
  return {
    site,
    topSite: topSiteOf(signals, nameOf, site),
    page: signals.server?.page || believedPage(signals),
    grade: gradeOf(words.length, shaken != null),
  }
}

/** What the Referer of the embed document's request says; a Referer of origin only names no page. */
export function readReferrer(referrer: string | undefined, ownOrigin: string): { site: string; page: string } | null {
  const site = referrer && siteName(referrer, ownOrigin)
  if (!site || isEmbedDocument(site, referrer)) return null
  const page = pageAddress(referrer)
  // `https://site/` is what browsers send when they hide the path, so it can't be told from a home page.
  return { site, page: page === `${webOrigin(referrer)}/` ? '' : page }
}

/** A frame that was loaded again names itself as where it came from, which says nothing of the page around it. */
function isEmbedDocument(site: string, referrer: string): boolean {
  return site === siteBuckets.thisSite && new URL(referrer).pathname.startsWith('/embed/')
}

const ownPage: SiteJudgement = { site: siteBuckets.thisSite, topSite: '', page: '', grade: 'reported' }

function gradeOf(wordCount: number, hasHandshake: boolean): Grade {
  if (wordCount >= 2) return 'attested'
  return hasHandshake ? 'claimed' : 'reported'
}

function topSiteOf(signals: SiteSignals, nameOf: (origin: string) => string | null, site: string): string {
  const top = nameOf(signals.ancestors.at(-1) ?? '')
  return top && top !== site ? top : ''
}

/** The page's own address is believed only where its origin is exactly the one that the browser named. */
function believedPage({ handshake, ancestors }: SiteSignals): string {
  if (!handshake || webOrigin(handshake.url) !== handshake.origin) return ''
  const parent = webOrigin(ancestors[0] ?? '')
  return parent === null || parent === handshake.origin ? pageAddress(handshake.url) : ''
}
