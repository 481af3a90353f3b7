import type { PreviousUpload } from 'tus-js-client'
import type { Video } from '#contract/video.ts'
import { ApiError, load, write } from '../api/write.ts'
import { fingerprintOfKey } from './fingerprint.ts'
import { tusHeaders } from './tus-headers.ts'
import { heldUploads, holdUpload } from './upload-lock.ts'

/** An upload that an earlier page began and that can go on once its file is chosen again. */
export interface Unfinished {
  key: string
  fingerprint: string
  url: string
  /** What it becomes, or whose file it takes the place of. */
  videoId: string
  isReplacement: boolean
  fileName: string
  sizeBytes: number
  sentBytes: number
  /** Another tab is at it; how far it is by now is not asked then. */
  isBeingSent: boolean
}

/** What the server still has of what this browser remembers; it forgets the rest. */
export async function findUnfinished(): Promise<Unfinished[]> {
  const { defaultOptions } = await import('tus-js-client')
  const known = await defaultOptions.urlStorage.findAllUploads().catch((): PreviousUpload[] => [])
  const held = await heldUploads()
  const found = await Promise.all(known.map((upload) => lookUp(upload, held)))
  return found.filter((upload) => upload !== null)
}

/** Takes back its bytes, and the video that would only have become of them. Throws ApiError. */
export function discardUnfinished({ key, fingerprint, url, videoId, isReplacement }: Unfinished): Promise<void> {
  return holdUpload(fingerprint, async () => {
    await write('DELETE', url, undefined, tusHeaders).catch(unlessGone)
    if (!isReplacement) await discardDraft(videoId)
    await forget(key)
  })
}

/** What has arrived since the list was read is a video like others, and was not meant. */
async function discardDraft(videoId: string): Promise<void> {
  const video = await load<Video>(`/api/videos/${videoId}`).catch(unlessGone)
  if (video?.status === 'uploading') await write('DELETE', `/api/videos/${videoId}`).catch(unlessGone)
}

async function lookUp(upload: PreviousUpload, held: Set<string>): Promise<Unfinished | null> {
  const { urlStorageKey: key, metadata, uploadUrl: url, size } = upload
  const { filename: fileName, replaces } = metadata
  const videoId = metadata.videoId ?? replaces
  if (!url || !videoId || !fileName) return null
  const fingerprint = fingerprintOfKey(key)
  const about = { key, fingerprint, url, videoId, isReplacement: replaces !== undefined, fileName }
  // Whoever asks how far an upload is takes it from its sender.
  if (held.has(fingerprint)) return { ...about, sizeBytes: size ?? 0, sentBytes: 0, isBeingSent: true }
  const answer = await fetch(url, { method: 'HEAD', headers: tusHeaders }).catch(() => null)
  // Somebody else may be signed in now, and come back to a browser that still knows his uploads.
  if (answer?.status === 404 || answer?.status === 410) await forgetIfGone(key, videoId)
  if (!answer?.ok) return null
  const sizeBytes = Number(answer.headers.get('upload-length'))
  const sentBytes = Number(answer.headers.get('upload-offset'))
  if (sentBytes === sizeBytes) return null
  return { ...about, sizeBytes, sentBytes, isBeingSent: false }
}

async function forgetIfGone(key: string, videoId: string): Promise<void> {
  const video = await load<Video>(`/api/videos/${videoId}`).catch(() => null)
  if (video?.isMine) await forget(key)
}

async function forget(key: string): Promise<void> {
  const { defaultOptions } = await import('tus-js-client')
  await defaultOptions.urlStorage.removeUpload(key)
}

function unlessGone(error: unknown): void {
  const isGone = error instanceof ApiError && ['not_found', 'video_deleted'].includes(error.code)
  if (!isGone) throw error
}
