import type { MediaToken } from '#contract/play-token.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import { type SigningKey, signMediaToken } from '../tokens/signed-token.ts'
import type { ApiConfig } from './config.ts'

/** Where the outside reaches what the media service serves, and what signs the way there. */
export interface MediaPlace {
  signingKey: SigningKey
  /** In front of `/<token>/…`: a path of this site, or the address of a CDN. Default: `/media`. */
  mediaBaseUrl?: string | undefined
}

/** Every address of media is made here: what the token opens is at `path` below it. */
export function mediaAddress({ signingKey, mediaBaseUrl = '/media' }: MediaPlace, token: MediaToken, path: string) {
  return `${mediaBaseUrl}/${signMediaToken(signingKey, token)}/${path}`
}

/** The address of one object, by a token for the folder that it lies in. */
export function objectAddress(place: MediaPlace, objectKey: string, token: Omit<MediaToken, 'prefix'>): string {
  const slash = objectKey.lastIndexOf('/')
  return mediaAddress(place, { ...token, prefix: objectKey.slice(0, slash) }, objectKey.slice(slash + 1))
}

/**
 * Whose a player's media are. On this site they are its play's own, so that each segment is told for it. A CDN keeps answers by
 * their address: there all who open a video within the hour have the same one, which belongs to nobody in particular and
 * ends with the hour before the play's own.
 */
export function sharedOrOwn({ mediaBaseUrl }: MediaPlace, own: Omit<MediaToken, 'prefix'>): Omit<MediaToken, 'prefix'> {
  if (!originOf(mediaBaseUrl)) return own
  return { playId: '', expiresAtMs: Math.floor(own.expiresAtMs / hourMs) * hourMs }
}

const hourMs = playTokenLifetimeMs / 12

/** Null for a path of this site. */
export function originOf(url: string | undefined): string | null {
  return URL.parse(url ?? '')?.origin ?? null
}

export function mediaPlace(config: Pick<ApiConfig, 'SIGNING_KEYS' | 'MEDIA_URL'>): MediaPlace {
  return { signingKey: config.SIGNING_KEYS[0]!, mediaBaseUrl: config.MEDIA_URL }
}
