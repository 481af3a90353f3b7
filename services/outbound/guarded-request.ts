import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { bareHost, checkUrl, type OutboundRules } from './check-url.ts'
import { OutboundRefused } from './outbound-refused.ts'

export interface OutboundRequest extends OutboundRules {
  method: 'GET' | 'POST'
  headers: Record<string, string>
  body?: string
  /** Ends the look-up, the connection and the reading of the answer. */
  signal: AbortSignal
  /** How names are looked up; by default as the system does. */
  resolve?: ((hostname: string) => Promise<LookupAddress[]>) | undefined
}

/**
 * One request to an address that a person named: checked, looked up by us, and connected to exactly what was checked.
 * Resolves with the head of the answer; its body is to be read or destroyed. Redirects are answers like any other, for
 * they could lead anywhere. Throws OutboundRefused, the signal's reason, or the error of the connection.
 */
export async function guardedRequest(address: string | URL, options: OutboundRequest): Promise<IncomingMessage> {
  const url = checkUrl(address, options)
  const addresses = await orAborted(checkedAddresses(bareHost(url), options), options.signal)
  return send(url, addresses, options)
}

/** The addresses to connect to; the very ones that were checked, for a second look at the name could give others. */
async function checkedAddresses(
  host: string,
  { isAllowed, resolve = lookUp }: Pick<OutboundRequest, 'isAllowed' | 'resolve'>,
): Promise<LookupAddress[]> {
  const family = isIP(host)
  const addresses = family ? [{ address: host, family }] : await resolve(host)
  if (addresses.length === 0) throw Object.assign(new Error('the name has no address'), { code: 'ENOTFOUND' })
  // One private address among several is a trick; the whole name is refused.
  if (!addresses.every(({ address }) => isAllowed(address))) throw new OutboundRefused('private')
  return addresses
}

function lookUp(hostname: string): Promise<LookupAddress[]> {
  return lookup(hostname, { all: true })
}

function send(
  url: URL,
  addresses: LookupAddress[],
  { method, headers, body, signal }: OutboundRequest,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const [first] = addresses as [LookupAddress]
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'Content-Length': Buffer.byteLength(body) },
      // A connection of its own: a kept one would have been made to an address of an earlier look-up.
      agent: false,
      signal,
      lookup: (_hostname, { all }, found) => (all ? found(null, addresses) : found(null, first.address, first.family)),
    })
    // It stays: an error after the head reaches whoever reads the body, and must not end the process here.
    outgoing.on('error', (error) => reject(signal.aborted ? signal.reason : error))
    outgoing.once('response', resolve)
    outgoing.end(body)
  })
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
