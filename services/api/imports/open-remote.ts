import type { IncomingMessage } from 'node:http'
import { AppError } from '#contract/errors.ts'
import { guardedRequest } from '../../outbound/guarded-request.ts'
import { OutboundRefused } from '../../outbound/outbound-refused.ts'
import { Broken } from './import-faults.ts'
import type { ImportLimits } from './import-limits.ts'
import { readContentRange, strongValidator } from './remote-headers.ts'

/** What is here of a file already, and what names the very file that it came from. */
export interface Known {
  offset: number
  validator: string
}

export interface RemoteFile {
  body: IncomingMessage
  /** Where in the file the body begins: 0, or the offset that was asked for. */
  startByte: number
  totalBytes: number | null
  /** Names these bytes for going on after a break; null where the other site has nothing that does. */
  validator: string | null
  isHtml: boolean
}

const mostRedirects = 3
const redirectStatuses = [301, 302, 303, 307, 308]

/**
 * Asks for the file, or for the rest of it, and follows redirects, each checked like the first address.
 * Throws AppError for what no further try mends, OutboundRefused, Broken, or the error of the connection.
 */
export async function openRemote(
  address: string,
  known: Known | null,
  limits: ImportLimits,
  signal: AbortSignal,
): Promise<RemoteFile> {
  let next: string | URL = address
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const body = await askHead(next, known, limits, signal)
    if (!redirectStatuses.includes(body.statusCode ?? 0)) return judge(body, known, limits)
    body.destroy()
    next = locationOf(body, next)
  }
  throw new AppError('import_redirects')
}

async function askHead(
  url: string | URL,
  known: Known | null,
  limits: ImportLimits,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const waiting = new AbortController()
  const timer = setTimeout(() => waiting.abort(new Broken('no answer')), limits.headMs)
  try {
    return await guardedRequest(url, {
      method: 'GET',
      headers: {
        Accept: 'video/*, */*;q=0.5',
        // The bytes as they are: nothing is unpacked here, so nothing can unfold into more than was sent.
        'Accept-Encoding': 'identity',
        'User-Agent': 'QQVideo-Import/1.0',
        ...(known && { Range: `bytes=${known.offset}-`, 'If-Range': known.validator }),
      },
      isAllowed: limits.isAllowed,
      ports: limits.ports,
      resolve: limits.resolve,
      signal: AbortSignal.any([signal, waiting.signal]),
    })
  } finally {
    clearTimeout(timer)
  }
}

function locationOf({ headers }: IncomingMessage, base: string | URL): URL {
  try {
    return new URL(headers.location ?? '', base)
  } catch {
    throw new OutboundRefused('malformed')
  }
}

function judge(body: IncomingMessage, known: Known | null, limits: ImportLimits): RemoteFile {
  try {
    requireFile(body)
    const file = describe(body, known)
    if (file.totalBytes !== null && file.totalBytes > limits.maxBytes) throw new AppError('import_too_large')
    return file
  } catch (error) {
    body.destroy()
    throw error
  }
}

function requireFile({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode === 404 || statusCode === 410) throw new AppError('import_not_found')
  if ([401, 402, 403, 407, 451].includes(statusCode)) throw new AppError('import_denied')
  if (statusCode === 408 || statusCode === 429 || statusCode >= 500) throw new Broken(`status ${statusCode}`)
  if (statusCode !== 200 && statusCode !== 206)
    throw new AppError('import_unreachable', `That site answered with status ${statusCode} instead of a file.`)
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') throw new AppError('import_compressed')
}

function describe(body: IncomingMessage, known: Known | null): RemoteFile {
  const { headers, statusCode } = body
  const common = {
    body,
    validator: strongValidator(headers),
    isHtml: /^\s*(text\/html|application\/xhtml)/i.test(headers['content-type'] ?? ''),
  }
  if (statusCode === 200) return { ...common, startByte: 0, totalBytes: sizeOf(headers['content-length']) }
  const range = readContentRange(headers['content-range'])
  // A part that nobody asked for, or another one than was asked for.
  if (!known || range?.start !== known.offset) throw new Broken('not the range that was asked for')
  return { ...common, startByte: range.start, totalBytes: range.total }
}

function sizeOf(length: string | undefined): number | null {
  return length === undefined ? null : Number(length)
}
