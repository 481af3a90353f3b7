import type { IncomingMessage } from 'node:http'
import { AppError } from '#contract/errors.ts'

/** The body as text. Throws `body_too_large` as soon as it is known to be, without reading the rest. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) reject(new AppError('body_too_large'))
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else reject(new AppError('body_too_large'))
    })
    request.on('end', () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString()))
    request.on('error', (cause) => reject(new AppError('bad_request', undefined, { cause })))
  })
}
