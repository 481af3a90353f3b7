import { newPlayId } from '#contract/ids.ts'
import { type PlayToken, playTokenLifetimeMs } from '#contract/play-token.ts'
import type { EmbedVideo } from './embed-video.ts'
import { judgeSite, readReferrer, type SiteSignals } from './judge-site.ts'

export interface Opening {
  video: Pick<EmbedVideo, 'id' | 'durationMs' | 'isOwn'>
  /** The Referer and Sec-Fetch-Dest headers of the document's request. */
  referrer: string | undefined
  fetchDestination: string | undefined
  ownOrigin: string
  embedKey: string
  viewer: string
  nowMs: number
}

/** The token of a new play, with the site as far as the server sees it. */
export function newPlayToken(opening: Opening): PlayToken {
  return {
    videoId: opening.video.id,
    playId: newPlayId(),
    ...judgeSite(
      {
        server: readReferrer(opening.referrer, opening.ownOrigin),
        ancestors: [],
        isTop: opening.fetchDestination === 'document',
        handshake: null,
      },
      opening.ownOrigin,
    ),
    embedKey: opening.embedKey,
    issuedAtMs: opening.nowMs,
    expiresAtMs: opening.nowMs + playTokenLifetimeMs,
    viewer: opening.viewer,
    durationMs: opening.video.durationMs,
    isOwn: opening.video.isOwn,
  }
}

/** The same play once its video can be watched: the length is known now, and the time to watch begins. */
export function renewedPlayToken(token: PlayToken, video: Opening['video'], nowMs: number): PlayToken {
  const { durationMs, isOwn } = video
  return { ...token, durationMs, isOwn, issuedAtMs: nowMs, expiresAtMs: nowMs + playTokenLifetimeMs }
}

/** The same play after the browser has told what it knows. Asked again with the same token, it answers the same. */
export function openedPlayToken(
  token: PlayToken,
  signals: Pick<SiteSignals, 'ancestors' | 'isTop' | 'handshake'>,
  ownOrigin: string,
): PlayToken {
  if (token.isOpened) return token
  const server = token.grade === 'hidden' ? null : { site: token.site, page: token.page }
  return { ...token, ...judgeSite({ ...signals, server }, ownOrigin), isOpened: true }
}
