import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { isPublicAddress } from './is-public-address.ts'

/** How a try went. The message is one sentence for the owner. */
export interface PostResult {
  isDelivered: boolean
  message: string
}

interface PostOptions {
  headers: Record<string, string>
  body: string
  /** Also private addresses, such as those of this machine and its network. */
  allowPrivate: boolean
  signal: AbortSignal
}

const timeoutMs = 5_000
const mostAnswerBytes = 1_024

/** One POST. Never rejects: every failure is a result. Redirects are not followed, for they could lead anywhere. */
export async function postWebhook(url: string, options: PostOptions): Promise<PostResult> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
  try {
    const target = new URL(url)
    const addresses = await orAborted(resolveHost(target.hostname, options.allowPrivate), signal)
    const { status, text } = await post(target, addresses, { ...options, signal })
    const isDelivered = status >= 200 && status < 300
    const words = isDelivered ? '' : ` ${text}`
    return { isDelivered, message: `Your server answered ${status}.${words}`.trim() }
  } catch (error) {
    return { isDelivered: false, message: sentenceOf(error) }
  }
}

class Refused extends Error {}

/** The addresses to connect to; the very ones that were checked, for a second look at the name could give others. */
async function resolveHost(hostname: string, allowPrivate: boolean): Promise<LookupAddress[]> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const family = isIP(host)
  const addresses = family ? [{ address: host, family }] : await lookup(host, { all: true })
  // One private address among several is a trick; the whole name is refused.
  if (!allowPrivate && !addresses.every(({ address }) => isPublicAddress(address)))
    throw new Refused('The address is inside a private network, where this site sends nothing.')
  return addresses
}

function post(
  url: URL,
  addresses: LookupAddress[],
  { headers, body, signal }: PostOptions,
): Promise<{ status: number; text: string }> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const [first] = addresses as [LookupAddress]
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method: 'POST',
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
      // A connection of its own: a kept one would have been made to an address of an earlier look-up.
      agent: false,
      signal,
      lookup: (_hostname, { all }, found) => (all ? found(null, addresses) : found(null, first.address, first.family)),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const status = response.statusCode ?? 0
      let text = ''
      const finish = () => {
        resolve({ status, text: readable(text.slice(0, mostAnswerBytes)) })
        outgoing.destroy()
      }
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length >= mostAnswerBytes) finish()
      })
      // The status is the answer; a body that breaks off takes nothing from it.
      for (const end of ['end', 'error', 'aborted']) response.once(end, finish)
    })
    outgoing.end(body)
  })
}

function readable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim()
}

/** A look-up can't be stopped, but nobody has to wait for it. */
function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}

function sentenceOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  const { name, code, cause, message } = error as Error & { code?: string }
  if (name === 'TimeoutError' || (cause as Error | undefined)?.name === 'TimeoutError')
    return `Your server did not answer within ${timeoutMs / 1000} seconds.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The name of your server has no address.'
  if (code === 'ECONNREFUSED') return 'Nothing listens at the address of your server.'
  return `The connection failed: ${code ?? message}.`
}
