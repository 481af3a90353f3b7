/**
 * Light work beside the encoding of videos, in a queue of its own so that nobody waits for a picture behind a film.
 * A new kind is two lines here, and a function with a line in `workers/transcoder/extras/kinds.ts`.
 */
export type ExtraJob = StoryboardJob | PosterJob | DownloadJob

/** Versioned, so that an old worker can tell a job it does not understand. */
export interface ExtraBase {
  version: 1
  videoId: string
  /**
   * What is made belongs to this source: once the video has another, it is recorded nowhere. Empty where it was deleted; what
   * is made then hangs on none.
   */
  sourceKey: string
}

export interface StoryboardJob extends ExtraBase {
  kind: 'storyboard'
}

export interface PosterJob extends ExtraBase {
  kind: 'poster'
  wishId: string
  /** A moment of the video, or an image that was sent and lies in storage until it was read. */
  from: { atMs: number } | { imageKey: string }
}

/** One file to keep, joined from what is published under `prefix`. */
export interface DownloadJob extends ExtraBase {
  kind: 'download'
  prefix: string
}

/** A record, so that a kind that is missing here is told by the types. */
const kinds: Record<ExtraJob['kind'], true> = { storyboard: true, poster: true, download: true }

/** Whether this program can make it; a newer one may have queued what it can't. */
export function isKnownExtra({ version, kind }: ExtraJob): boolean {
  return version === 1 && Object.hasOwn(kinds, kind)
}

export const extraQueue = 'extra'

/** Tries of one extra; each of them may be the last of its worker, so there are few. */
export const maxExtraTries = 3
