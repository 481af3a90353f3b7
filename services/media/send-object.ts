import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { finished, pipeline } from 'node:stream/promises'
import { AppError } from '#contract/errors.ts'
import type { MediaToken } from '#contract/play-token.ts'
import type { ByteRange, Storage } from '#storage/storage.ts'
import { cacheControl } from './cache-control.ts'
import { commonHeaders } from './common-headers.ts'
import type { MediaType } from './media-types.ts'
import { type Found, fromStorage, type ObjectCache } from './object-cache.ts'
import { parseRange } from './parse-range.ts'
import { isUnchanged, lastModified, rangeApplies } from './preconditions.ts'

export interface SendObject {
  request: IncomingMessage
  response: ServerResponse
  storage: Storage
  cache: ObjectCache
  key: string
  type: MediaType
  token: MediaToken
  /** Called before the first byte of a body, with how many will go out and how many the object has. */
  beforeBody?: (bytes: number, sizeBytes: number) => void | Promise<void>
}

/**
 * Answers with the object, a range of it, 304 or 416; resolves with how many of its bytes went out once all of them did.
 * Throws `not_found` and `unavailable` before anything is sent, anything else after the connection broke.
 */
export async function sendObject(send: SendObject): Promise<number> {
  const { request, response } = send
  const found = await send.cache.find(send.key, send.type.isPlaylist)
  const headers = headersOf(found, send)
  if (isUnchanged(request.headers['if-none-match'], found.info.etag)) return sendHead(response, 304, headers)
  const range = wantedRange(request, found)
  if (range === 'unsatisfiable') {
    return sendHead(response, 416, { ...headers, 'content-range': `bytes */${found.info.sizeBytes}` })
  }
  const length = range ? range.end - range.start + 1 : found.info.sizeBytes
  const head = { ...headers, ...bodyHeaders(send.type, found, range, length) }
  const status = range ? 206 : 200
  if (request.method === 'HEAD') return sendHead(response, status, head)
  const noted = send.beforeBody?.(length, found.info.sizeBytes)
  if (noted) await noted
  await sendBody(send, found, range, () => response.writeHead(status, head))
  return length
}

function headersOf(found: Found, { token, type }: SendObject): OutgoingHttpHeaders {
  return {
    ...commonHeaders,
    'accept-ranges': 'bytes',
    'cache-control': cacheControl(found.kind, token.expiresAtMs - Date.now()),
    etag: found.info.etag,
    'last-modified': lastModified(found.info),
    ...type.more,
  }
}

/** Ranges are defined for GET only (RFC 9110 §14.2). */
function wantedRange({ method, headers }: IncomingMessage, { info }: Found): ReturnType<typeof parseRange> {
  if (method !== 'GET' || !rangeApplies(headers['if-range'] as string | undefined, info)) return null
  return parseRange(headers.range, info.sizeBytes)
}

function bodyHeaders(type: MediaType, { info }: Found, range: ByteRange | null, length: number): OutgoingHttpHeaders {
  return {
    'content-type': type.contentType,
    'content-length': length,
    ...(range && { 'content-range': `bytes ${range.start}-${range.end}/${info.sizeBytes}` }),
  }
}

function sendHead(response: ServerResponse, status: number, headers: OutgoingHttpHeaders): number {
  response.writeHead(status, headers).end()
  return 0
}

async function sendBody(send: SendObject, found: Found, range: ByteRange | null, writeHead: () => void): Promise<void> {
  const release = send.cache.hold(found)
  if (!release) return streamBody(send, found, range, writeHead)
  try {
    writeHead()
    send.response.end(range ? found.bytes!.subarray(range.start, range.end + 1) : found.bytes)
    await finished(send.response)
  } finally {
    release()
  }
}

async function streamBody(send: SendObject, found: Found, range: ByteRange | null, writeHead: () => void) {
  const { info, body } = await fromStorage(send.storage.get(send.key, range ?? undefined))
  if (info.etag !== found.info.etag) {
    // Replaced since it was looked at: the head that was made does not fit these bytes.
    body.destroy()
    send.cache.forget(send.key)
    throw new AppError('unavailable')
  }
  let fault: AppError | undefined
  body.once('error', (cause) => {
    // Where the viewer went away first, the body was only destroyed for that reason.
    if (!send.response.destroyed) fault = new AppError('unavailable', undefined, { cause })
  })
  writeHead()
  await pipeline(body, send.response).catch((error) => {
    throw fault ?? error
  })
}
