import type { Upload } from 'tus-js-client'
import { fingerprintOf, uploadsPath } from './fingerprint.ts'

/** What tus knows of a file that is to be sent, before anything is. */
export async function newUpload(file: File, replacesId: string | null): Promise<Upload> {
  const tus = await import('tus-js-client')
  return new tus.Upload(file, {
    endpoint: uploadsPath,
    // Who tries again and when is not its business: we tell people what is being waited for.
    retryDelays: null,
    removeFingerprintOnSuccess: true,
    fingerprint: async () => fingerprintOf(file, replacesId),
  })
}
