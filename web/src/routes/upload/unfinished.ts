import type { PreviousUpload } from 'tus-js-client'

/** An upload that an earlier page began and that can go on once its file is chosen again. */
export interface Unfinished {
  key: string
  videoId: string
  fileName: string
}

export async function findUnfinished(): Promise<Unfinished[]> {
  const { defaultOptions } = await import('tus-js-client')
  const known = await defaultOptions.urlStorage.findAllUploads().catch((): PreviousUpload[] => [])
  return known.flatMap(({ urlStorageKey, metadata, uploadUrl }) =>
    uploadUrl && metadata.videoId && metadata.filename
      ? [{ key: urlStorageKey, videoId: metadata.videoId, fileName: metadata.filename }]
      : [],
  )
}

export async function forgetUnfinished(key: string): Promise<void> {
  const { defaultOptions } = await import('tus-js-client')
  await defaultOptions.urlStorage.removeUpload(key)
}
