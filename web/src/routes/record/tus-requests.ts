import { reasonOf } from '#web/api/read.ts'
import { encodeMetadata } from '#web/sending/encode-metadata.ts'
import { tusHeaders } from '#web/sending/tus-headers.ts'

/** The server said no; `status` tells whether trying again can help. */
export class UploadRefused extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'UploadRefused'
    this.status = status
    this.code = code
  }

  /** What no later attempt will change: not allowed, gone, or too large. */
  get isFinal(): boolean {
    return [400, 403, 404, 410, 413].includes(this.status)
  }
}

/** Opens an upload whose length nobody knows yet. Returns its address. */
export async function createUpload(endpoint: string, metadata: Record<string, string>): Promise<string> {
  const response = await send(endpoint, {
    method: 'POST',
    headers: { ...tusHeaders, 'Upload-Defer-Length': '1', 'Upload-Metadata': encodeMetadata(metadata) },
  })
  return new URL(response.headers.get('location') ?? '', new URL(endpoint, globalThis.location?.href)).href
}

/** How many bytes the server holds, and whether it knows that these are all. */
export async function readOffset(url: string): Promise<{ offset: number; isWhole: boolean }> {
  const response = await send(url, { method: 'HEAD', headers: tusHeaders })
  const offset = Number(response.headers.get('upload-offset'))
  return { offset, isWhole: response.headers.get('upload-length') === String(offset) }
}

/** Adds bytes at `offset`; returns the new one. */
export async function addBytes(url: string, offset: number, bytes: Blob): Promise<number> {
  const response = await patch(url, offset, {}, bytes)
  return Number(response.headers.get('upload-offset'))
}

/** Tells that the recording ends at `length`, which must be the current offset. */
export async function declareWhole(url: string, length: number): Promise<void> {
  await patch(url, length, { 'Upload-Length': String(length) }, new Blob())
}

/** Asks until the server has made the upload a video; also mends a server that was killed between the two. */
export async function confirmVideo(url: string): Promise<void> {
  await send(`${url}/video`, {})
}

function patch(url: string, offset: number, more: Record<string, string>, body: Blob): Promise<Response> {
  return send(url, {
    method: 'PATCH',
    headers: {
      ...tusHeaders,
      'Upload-Offset': String(offset),
      'Content-Type': 'application/offset+octet-stream',
      ...more,
    },
    body,
  })
}

async function send(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init)
  if (response.ok) return response
  const { code, message } = await reasonOf(response)
  throw new UploadRefused(response.status, code, message)
}
