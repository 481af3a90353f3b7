import type { Attempt } from '#catalog/attempts.ts'

/** Every attempt has a prefix of its own, so that a worker which was presumed dead writes where nobody looks. */
export function attemptPrefix({ videoId, number }: Attempt): string {
  return `videos/${videoId}/a${number}`
}

/** The parts that are published, and deleted, apart. */
export function attemptParts(attempt: Attempt) {
  const prefix = attemptPrefix(attempt)
  return { remux: `${prefix}/remux`, ladder: `${prefix}/ladder`, poster: `${prefix}/poster` }
}

/** The video that a prefix belongs to; null where it is none of ours. */
export function videoOf(prefix: string): string | null {
  return /^videos\/([a-z0-9]+)\/a\d+(\/|$)/.exec(prefix)?.[1] ?? null
}
