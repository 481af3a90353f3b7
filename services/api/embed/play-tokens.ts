import { newPlayId } from '#contract/ids.ts'
import { type PlayToken, siteBuckets } from '#contract/play-token.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import type { Visitor } from '../visitor/visitor.ts'
import type { EmbedVideo } from './embed-video.ts'
import { isInApp } from './in-app.ts'
import { judgeSite, readReferrer, type SiteSignals } from './judge-site.ts'
import { siteName } from './site-name.ts'

export interface Opening {
  video: Pick<EmbedVideo, 'id' | 'durationMs' | 'isOwn'>
  /** The Referer and Sec-Fetch-Dest headers of the document's request. */
  referrer: string | undefined
  fetchDestination: string | undefined
  ownOrigin: string
  userAgent: string
  embedKey: string
  /** What our watch page says of the page that sent the visitor to it. */
  cameFrom: string
  viewer: string
  visitor?: Visitor
  nowMs: number
}

/** The token of a new play, with the site as far as the server sees it. */
export function newPlayToken(opening: Opening): PlayToken {
  const server = readReferrer(opening.referrer, opening.ownOrigin)
  return {
    videoId: opening.video.id,
    playId: newPlayId(),
    ...judgeSite(
      {
        server,
        ancestors: [],
        isTop: opening.fetchDestination === 'document',
        handshake: null,
        isApp: isInApp(opening.userAgent),
      },
      opening.ownOrigin,
    ),
    embedKey: opening.embedKey,
    issuedAtMs: opening.nowMs,
    expiresAtMs: opening.nowMs + playTokenLifetimeMs,
    viewer: opening.viewer,
    durationMs: opening.video.durationMs,
    isOwn: opening.video.isOwn,
    ...opening.visitor,
    ...senderOf(opening, server),
  }
}

/** Only our own page is believed when it says who sent the visitor; anybody may write the same into an embed's address. */
function senderOf({ cameFrom, ownOrigin }: Opening, server: { site: string } | null): Pick<PlayToken, 'referrer'> {
  if (server?.site !== siteBuckets.thisSite) return {}
  const sender = siteName(cameFrom, ownOrigin)
  return sender && sender !== siteBuckets.thisSite ? { referrer: sender } : {}
}

/**
 * The same play once its video can be watched: the length is known now, and the time to watch begins. Only for who has
 * waited, and only once; all others keep what they have. A play is known by the hour in which it was opened, so that
 * hour must stay, and what ends must end as it was to, or one token would be plays without number.
 */
export function renewedPlayToken(token: PlayToken, video: Opening['video'], nowMs: number): PlayToken {
  if (token.durationMs !== 0 || token.playableAtMs !== undefined) return token
  return { ...token, durationMs: video.durationMs, isOwn: video.isOwn, playableAtMs: nowMs }
}

/** The same play after the browser has told what it knows. Asked again with the same token, it answers the same. */
export function openedPlayToken(
  token: PlayToken,
  signals: Pick<SiteSignals, 'ancestors' | 'isTop' | 'handshake'>,
  ownOrigin: string,
): PlayToken {
  if (token.isOpened) return token
  const server = token.grade === 'hidden' ? null : { site: token.site, page: token.page }
  const isApp = token.grade === 'hidden' && token.site === siteBuckets.app
  return { ...token, ...judgeSite({ ...signals, server, isApp }, ownOrigin), isOpened: true }
}
