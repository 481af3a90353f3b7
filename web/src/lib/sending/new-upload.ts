import type { Upload, UploadOptions } from 'tus-js-client'

/** What tus knows of a file that is to be sent, before anything is. */
export async function newUpload(file: File, more: Partial<UploadOptions> = {}): Promise<Upload> {
  const tus = await import('tus-js-client')
  return new tus.Upload(file, {
    endpoint: '/api/uploads',
    // Who tries again and when is not its business: we tell people what is being waited for.
    retryDelays: null,
    removeFingerprintOnSuccess: true,
    ...more,
  })
}
