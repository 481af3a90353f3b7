import { createReadStream } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { sendRequest } from './send-request.ts'

interface Range {
  file: string
  /** Of the upload, or of one of its parts, whose offsets begin at 0. */
  path: string
  startByte: number
  endByte: number
  /** A request carries no more. */
  chunkBytes: number
}

/** Sends bytes of a file to a resumable upload, request after request; gives the head of the last answer. */
export async function sendRange(
  port: number,
  { file, path, startByte, endByte, chunkBytes }: Range,
  headers: Record<string, string>,
): Promise<IncomingHttpHeaders> {
  let told: IncomingHttpHeaders = {}
  for (let start = startByte; start < endByte; start += chunkBytes) {
    const end = Math.min(start + chunkBytes, endByte)
    const body = createReadStream(file, { start, end: end - 1, highWaterMark: 256 * 1024 })
    told = await sendRequest(port, 'PATCH', path, body, 204, {
      ...headers,
      'Content-Type': 'application/offset+octet-stream',
      'Content-Length': String(end - start),
      'Upload-Offset': String(start - startByte),
    })
  }
  return told
}
