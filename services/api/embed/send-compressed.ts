import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Request, Response } from 'express'
import type { PlayerFile } from './player-assets.ts'

/** Sends a page made for one reader, compressed as far as costs less than a millisecond or two. */
export async function sendPage(request: Request, response: Response, html: string): Promise<void> {
  const encoding = chooseEncoding(request, response)
  const bytes = Buffer.from(html)
  if (encoding === 'br') response.end(await compressBrotli(bytes, brotliOptions))
  else if (encoding === 'gzip') response.end(await compressGzip(bytes))
  else response.end(bytes)
}

/** Sends a file of the build in the best encoding that the reader takes, or 304 where it has the file. */
export function sendPlayerFile(request: Request, response: Response, file: PlayerFile, cacheControl: string): void {
  const encoding = chooseEncoding(request, response)
  response.set({
    'Content-Type': file.type,
    'Cache-Control': cacheControl,
    // A weak tag: the encodings differ in bytes and say the same.
    ETag: `W/"${file.etag}"`,
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'X-Content-Type-Options': 'nosniff',
  })
  if (request.fresh) response.status(304).end()
  else response.end(file.bytes[encoding])
}

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }

function chooseEncoding(request: Request, response: Response): keyof PlayerFile['bytes'] {
  response.vary('Accept-Encoding')
  // Asked one by one: browsers name gzip first and mean no preference.
  const encoding = (['br', 'gzip'] as const).find((name) => request.acceptsEncodings(name))
  if (!encoding) return 'identity'
  response.set('Content-Encoding', encoding)
  return encoding
}
