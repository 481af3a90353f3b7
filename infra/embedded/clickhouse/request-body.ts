import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib'
import { fault } from './fault.ts'

const decompressors: Record<string, () => Transform> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
}

/** The body as text, or as fields when it is a form. Throws QUERY_IS_TOO_LARGE beyond the limit. */
export async function readBodyText(
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ text: string; form: Map<string, string> }> {
  const chunks: Buffer[] = []
  await forEachChunk(request, maxBytes, async (chunk) => void chunks.push(chunk))
  const body = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return { text: body.toString('utf8'), form: new Map() }
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => {
    throw fault('SYNTAX_ERROR', 'The form in the body is incomplete.')
  })
  return { text: '', form: new Map([...form].map(([name, value]) => [name, String(value)])) }
}

/** Writes an insert's rows as they arrive; memory holds one chunk. Throws QUERY_IS_TOO_LARGE beyond the limit. */
export async function writeBody(
  request: IncomingMessage | undefined,
  beginning: string,
  path: string,
  maxBytes: number,
): Promise<void> {
  await using file = await open(path, 'w')
  if (beginning) await file.writeFile(beginning)
  if (request) await forEachChunk(request, maxBytes, async (chunk) => void (await file.writeFile(chunk)))
}

/** Reads to the end even when the limit is passed: a caller that is still sending would not see the answer. */
async function forEachChunk(
  request: IncomingMessage,
  maxBytes: number,
  take: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  let sizeBytes = 0
  for await (const chunk of decompressed(request)) {
    sizeBytes += chunk.length
    if (sizeBytes <= maxBytes) await take(chunk)
  }
  if (sizeBytes > maxBytes) {
    throw fault('QUERY_IS_TOO_LARGE', `The body has ${sizeBytes} bytes, more than the ${maxBytes} accepted here.`)
  }
}

async function* decompressed(request: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return yield* request
  const decompress = decompressors[encoding]
  if (!decompress)
    throw fault('NOT_IMPLEMENTED', `The body is compressed in an unknown way (${encoding.slice(0, 20)}).`)
  yield* piped(request, decompress())
}

/** Unlike `pipeline` it leaves the request open when the compressed data is bad, so that an answer can still be sent. */
async function* piped(source: Readable, decompressor: Transform): AsyncGenerator<Buffer> {
  source.once('error', (error) => decompressor.destroy(error))
  source.pipe(decompressor)
  try {
    yield* decompressor
  } catch (error) {
    if (source.errored) throw source.errored
    source.resume()
    throw fault('CANNOT_DECOMPRESS', `The body can't be decompressed: ${(error as Error).message}.`)
  }
}
