import type {
  CaptionChanges,
  CaptionDocument,
  CaptionEncoding,
  CaptionKind,
  CaptionTrack,
  Cue,
} from '#contract/captions.ts'
import { reasonOf } from '#web/api/read.ts'
import { ApiError } from '#web/api/write.ts'

interface BroughtFile {
  file: Blob
  /** Null where the file itself shows it. */
  encoding: CaptionEncoding | null
}

/** What the studio asks about the captions of one video. All throw ApiError. */
export function captionsApi(videoId: string) {
  const base = `/api/videos/${videoId}/captions`
  const at = (language: string) => `${base}/${encodeURIComponent(language)}`

  return {
    list: async () => (await ask<{ items: CaptionTrack[] }>(base, {})).items,
    read: (language: string) => ask<CaptionDocument>(at(language), {}),
    /** `etag` names the version that the cues were made from; null where there was none, `*` for any. */
    saveCues: (language: string, cues: readonly Cue[], kind: CaptionKind | undefined, etag: string | null) =>
      ask<CaptionDocument>(at(language), {
        method: 'PUT',
        body: JSON.stringify({ cues, kind }),
        headers: { 'content-type': 'application/json', ...ifMatch(etag) },
      }),
    saveFile: (language: string, { file, encoding }: BroughtFile, kind: CaptionKind, etag: string | null) =>
      ask<CaptionDocument>(`${at(language)}?${new URLSearchParams({ kind, ...(encoding && { encoding }) })}`, {
        method: 'PUT',
        body: file,
        headers: { 'content-type': 'application/octet-stream', ...ifMatch(etag) },
      }),
    change: (language: string, change: CaptionChanges) =>
      ask<CaptionTrack>(at(language), {
        method: 'PATCH',
        body: JSON.stringify(change),
        headers: { 'content-type': 'application/json' },
      }),
    remove: (language: string, etag: string) => ask<void>(at(language), { method: 'DELETE', headers: ifMatch(etag) }),
    fileUrl: (language: string, format: 'vtt' | 'srt') => `${at(language)}/file?format=${format}`,
  }
}

export type CaptionsApi = ReturnType<typeof captionsApi>

function ifMatch(etag: string | null): Record<string, string> {
  return etag === null ? {} : { 'if-match': etag }
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(path, init).catch(() => {
    throw new ApiError('unavailable', '')
  })
  if (!answer.ok) {
    const { code, message } = await reasonOf(answer)
    throw new ApiError(code, message)
  }
  return answer.status === 204 ? (undefined as Answer) : answer.json()
}
