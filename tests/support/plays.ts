import { newPlayId } from '#contract/ids.ts'
import { type Beacon, nothingCovered, type PlayState, partCount } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import { type SigningKey, signPlayToken } from '../../services/tokens/signed-token.ts'

export const testKey: SigningKey = { id: 'test', secret: 'a secret of at least thirty-two characters' }

/** What a test of a play says; the rest is an attested opening of a one-minute video five minutes ago. */
export function playToken(what: Partial<PlayToken> = {}): PlayToken {
  const issuedAtMs = what.issuedAtMs ?? Date.now() - 5 * 60_000
  return {
    videoId: 'bcdfghjkmnpq',
    playId: newPlayId(),
    site: 'news.example',
    topSite: '',
    page: 'https://news.example/article',
    grade: 'attested',
    embedKey: '',
    issuedAtMs,
    expiresAtMs: issuedAtMs + 12 * 60 * 60_000,
    viewer: newPlayId(),
    durationMs: 60_000,
    isOwn: false,
    isOpened: true,
    ...what,
  }
}

/** A player on screen that has not started. */
export function playState(what: Partial<PlayState> = {}): PlayState {
  return {
    visible: true,
    started: 'no',
    watchedMs: 0,
    hiddenMs: 0,
    covered: nothingCovered,
    repeats: 0,
    positionMs: 0,
    startupMs: 0,
    stalls: 0,
    stallMs: 0,
    errors: 0,
    quality: 720,
    playerWidth: 640,
    playerHeight: 360,
    fullscreenBlocked: false,
    autoplayBlocked: false,
    sandboxed: false,
    ...what,
  }
}

/** A play of a one-minute video by a person, watched in one go from its beginning. */
export function watched(seconds: number, what: Partial<PlayState> = {}): PlayState {
  const watchedMs = seconds * 1000
  return playState({
    started: 'person',
    watchedMs,
    positionMs: watchedMs,
    covered: firstParts(Math.min(partCount, Math.floor((seconds / 60) * partCount))),
    startupMs: 250,
    ...what,
  })
}

/** The first parts of the video as a bitmap. */
export function firstParts(count: number): string {
  return ((1n << BigInt(count)) - 1n).toString(16).padStart(nothingCovered.length, '0')
}

/** Signed with `testKey` unless another is given. */
export function beacon(
  what: { token?: Partial<PlayToken>; seq?: number; state?: Partial<PlayState>; key?: SigningKey } = {},
): Beacon {
  return {
    token: signPlayToken(what.key ?? testKey, playToken(what.token)),
    seq: what.seq ?? 1,
    state: playState(what.state),
  }
}
