import { mayDownload, mayManage, type Reader } from '#catalog/access.ts'
import { isDownloadImpossible, shownDownload } from '#catalog/extras-download.ts'
import { shownPosterKey } from '#catalog/extras-poster.ts'
import { isOfPresentFile } from '#catalog/former-file.ts'
import { isOriginalDeleted, whenOriginalGoes } from '#catalog/originals.ts'
import { hasFile } from '#catalog/replace-source.ts'
import { whyNoRetry } from '#catalog/retry-video.ts'
import { pictureLifetimeMs } from '#contract/token-lifetimes.ts'
import type { Video, VideoCard } from '#contract/video.ts'
import { type MediaPlace, objectAddress } from '../media-address.ts'
import type { FoundVideo, VideoWithOwner } from './read-videos.ts'

export function presentCard(place: MediaPlace, row: VideoWithOwner): VideoCard {
  return {
    id: row.id,
    title: row.title,
    ownerName: row.owner_name,
    status: row.status,
    visibility: row.visibility,
    durationMs: row.duration_ms,
    posterUrl: posterUrl(place, shownPosterKey(row)),
    createdAt: row.created_at.toISOString(),
    publishedAt: row.published_at?.toISOString() ?? null,
    views: null,
  }
}

export function presentVideo(
  place: MediaPlace,
  row: FoundVideo,
  reader: Reader,
  vpubs: { slug: string; name: string }[],
): Video {
  const isMine = mayManage(row, reader)
  return {
    ...presentCard(place, row),
    description: row.description,
    width: row.width,
    height: row.height,
    isMine,
    flags: row.flags,
    progress: row.progress,
    failure:
      isMine && row.failure_code ? { code: row.failure_code, message: row.failure_message ?? row.failure_code } : null,
    canRetry: isMine && whyNoRetry(row) === null,
    canReplace: isMine && hasFile(row),
    vpubs,
    downloads: row.downloads,
    download: presentDownload(row, reader),
    isDownloadImpossible: mayDownload(row, reader) && isDownloadImpossible(row),
    original: isMine && row.source_key ? { name: row.source_name, sizeBytes: Number(row.source_bytes) } : null,
    keepsOriginal: !isMine || row.keeps_original,
    originalGoes: isMine ? whenOriginalGoes(row) : null,
    isOriginalDeleted: isMine && isOriginalDeleted(row),
    isReplacing: isMine && row.former !== null,
    isFormerShown: isMine && !isOfPresentFile(row),
  }
}

function presentDownload(row: VideoWithOwner, reader: Reader): Video['download'] {
  const made = mayDownload(row, reader) ? shownDownload(row) : null
  return made && { sizeBytes: made.sizeBytes }
}

const dayMs = 24 * 60 * 60 * 1000

/**
 * Covers the poster's folder only, so that a picture in a list is no key to the video.
 * The end is rounded to days: within one the address stays the same and browsers and proxies may keep the picture.
 */
export function posterUrl(place: MediaPlace, posterKey: string | null, nowMs = Date.now()): string | null {
  if (!posterKey) return null
  const expiresAtMs = Math.floor(nowMs / dayMs) * dayMs + pictureLifetimeMs
  return objectAddress(place, posterKey, { playId: '', expiresAtMs })
}
