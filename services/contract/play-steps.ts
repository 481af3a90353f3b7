// The definitions that players, collectors and pages share; free of the schema library so that the player stays small.

/** The version of the definitions below; stored with every play and shown on the page. */
export const definitionVersion = 1

/** Retention is kept in 100 equal parts of the video, whatever its length. */
export const partCount = 100

/** Players may not play faster than this; to cover more of a video than that in the time watched is impossible. */
export const maxPlaybackRate = 4

/** 10 s of media watched, or half of it where it is shorter than 20 s. */
export function isView(state: { watchedMs: number }, durationMs: number): boolean {
  return reached(state.watchedMs, durationMs, 10_000, 0.5)
}

/** 30 s watched, or three quarters of a shorter one. */
export function isEngaged(state: { watchedMs: number }, durationMs: number): boolean {
  return reached(state.watchedMs, durationMs, 30_000, 0.75)
}

/** 95 % of the media covered, or its last two seconds reached with 80 % covered. */
export function isFinish(state: { covered: string; positionMs: number }, durationMs: number): boolean {
  if (durationMs <= 0) return false
  const share = countCovered(state.covered) / partCount
  return share >= 0.95 || (share >= 0.8 && state.positionMs >= durationMs - 2_000)
}

function reached(watchedMs: number, durationMs: number, enoughMs: number, shareOfShorter: number): boolean {
  if (durationMs <= 0) return watchedMs >= enoughMs
  return watchedMs >= Math.min(enoughMs, durationMs * shareOfShorter)
}

export const nothingCovered = '0'.repeat(25)

export function countCovered(covered: string): number {
  let bits = 0
  // By character code, since a collector asks for every beacon: `0` is 48 and `a` is 97.
  for (let at = 0; at < covered.length; at++) {
    const code = covered.charCodeAt(at)
    bits += bitsOfDigit[code < 64 ? code - 48 : code - 87]!
  }
  return bits
}

const bitsOfDigit = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4]
