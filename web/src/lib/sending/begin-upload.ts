import { encodeMetadata } from './encode-metadata.ts'
import { NotBegun } from './judge-failure.ts'
import { tusHeaders } from './tus-headers.ts'

/** Begins an upload in that many parts, or in as many as the server takes: 1 where it takes no parts. */
export async function beginUpload(
  sizeBytes: number,
  { metadata, partCount }: { metadata: Record<string, string>; partCount: number },
): Promise<{ url: string; partCount: number }> {
  const headers = {
    ...tusHeaders,
    'Upload-Length': String(sizeBytes),
    'Upload-Metadata': encodeMetadata(metadata),
    'Upload-Parts': String(partCount),
  }
  const answer = await fetch('/api/uploads', { method: 'POST', headers })
  const location = answer.headers.get('location')
  if (!answer.ok || !location) throw new NotBegun(answer.status, await answer.text())
  return {
    url: new URL(location, globalThis.location.href).href,
    partCount: Number(answer.headers.get('upload-parts') ?? 1),
  }
}
