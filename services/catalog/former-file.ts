import type { VideoStatus } from '#contract/video.ts'
import { attemptOfKey } from './attempt-prefix.ts'
import type { VideoRow } from './schema.ts'

/** A video as it was before its file was replaced: what viewers are shown meanwhile, and what comes back if the new file fails. */
export interface FormerFile {
  /** Null where it was deleted, as its owner wished. */
  sourceKey: string | null
  sourceBytes: number
  sourceName: string
  status: VideoStatus
  publishedPrefix: string
  posterKey: string | null
  durationMs: number
  width: number
  height: number
  flags: string[]
  /** The pictures of the timeline; can't be made again where the file was deleted. Absent in rows of former versions. */
  storyboardPrefix?: string | null
  /** Of which file they are; null also of one that was deleted. */
  storyboardSourceKey?: string | null
}

/** Null where nothing of it was published: there is nothing to go back to then. */
export function formerFileOf(video: VideoRow): FormerFile | null {
  if (!video.published_prefix) return null
  return {
    sourceKey: video.source_key,
    sourceBytes: Number(video.source_bytes),
    sourceName: video.source_name,
    status: video.status,
    publishedPrefix: video.published_prefix,
    posterKey: video.poster_key,
    durationMs: video.duration_ms,
    width: video.width,
    height: video.height,
    flags: video.flags,
    storyboardPrefix: video.storyboard_prefix,
    storyboardSourceKey: video.storyboard_source_key,
  }
}

/**
 * What a row becomes again. One that was not whole yet is `playable`, and so is taken up by those who look for stranded work;
 * unless its owner wished that the work ends: then what there is of it is final.
 */
export function restoredFrom(former: FormerFile, isStopped: boolean) {
  const isCut = isStopped && former.status !== 'ready'
  return {
    source_key: former.sourceKey,
    source_bytes: former.sourceBytes,
    source_name: former.sourceName,
    status: isStopped ? ('ready' as const) : former.status,
    published_prefix: former.publishedPrefix,
    poster_key: former.posterKey,
    duration_ms: former.durationMs,
    width: former.width,
    height: former.height,
    flags: [...new Set([...former.flags, replaceFailedFlag, ...(isCut ? ['cancelled'] : [])])],
    ...(former.storyboardPrefix !== undefined && {
      storyboard_prefix: former.storyboardPrefix,
      storyboard_source_key: former.storyboardSourceKey ?? null,
    }),
    former: null,
  }
}

export const replaceFailedFlag = 'replace_failed'

/** The file that what is published was made of: until the first version of a new one is there, that is the former. */
export function shownSourceKey(video: Shown & Pick<VideoRow, 'source_key'>): string | null {
  return video.former && !isOfPresentFile(video) ? video.former.sourceKey : video.source_key
}

type Shown = Pick<VideoRow, 'published_prefix' | 'former' | 'former_attempts'>

/** Whether what is published was made of the file that the video has now. */
export function isOfPresentFile({ published_prefix, former, former_attempts }: Shown): boolean {
  if (!former) return true
  return (attemptOfKey(published_prefix ?? '')?.number ?? 0) > former_attempts
}
