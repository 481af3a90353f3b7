import type { PreviousUpload } from 'tus-js-client'
import type { Video } from '#contract/video.ts'
import { load, write } from '#web/api/write.ts'

/** An upload that an earlier page began and that can go on once its file is chosen again. */
export interface Unfinished {
  key: string
  url: string
  videoId: string
  fileName: string
  sizeBytes: number
  sentBytes: number
}

/** What the server still has of what this browser remembers; it forgets the rest. */
export async function findUnfinished(): Promise<Unfinished[]> {
  const { defaultOptions } = await import('tus-js-client')
  const known = await defaultOptions.urlStorage.findAllUploads().catch((): PreviousUpload[] => [])
  const found = await Promise.all(known.map(lookUp))
  return found.filter((upload) => upload !== null)
}

/** Takes back its bytes and its video. */
export async function discardUnfinished({ key, url, videoId }: Unfinished): Promise<void> {
  await fetch(url, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0' } })
  await write('DELETE', `/api/videos/${videoId}`).catch(() => {})
  await forget(key)
}

async function lookUp({ urlStorageKey, metadata, uploadUrl }: PreviousUpload): Promise<Unfinished | null> {
  const { videoId, filename } = metadata
  if (!uploadUrl || !videoId || !filename) return null
  const answer = await fetch(uploadUrl, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } }).catch(() => null)
  // Somebody else may be signed in now, and come back to a browser that still knows his uploads.
  if (answer?.status === 404 || answer?.status === 410) await forgetIfGone(urlStorageKey, videoId)
  if (!answer?.ok) return null
  const sizeBytes = Number(answer.headers.get('upload-length'))
  const sentBytes = Number(answer.headers.get('upload-offset'))
  if (sentBytes === sizeBytes) return null
  return { key: urlStorageKey, url: uploadUrl, videoId, fileName: filename, sizeBytes, sentBytes }
}

async function forgetIfGone(key: string, videoId: string): Promise<void> {
  const video = await load<Video>(`/api/videos/${videoId}`).catch(() => null)
  if (video?.isMine) await forget(key)
}

async function forget(key: string): Promise<void> {
  const { defaultOptions } = await import('tus-js-client')
  await defaultOptions.urlStorage.removeUpload(key)
}
