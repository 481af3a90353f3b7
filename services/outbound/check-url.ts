import { isIP } from 'node:net'
import { OutboundRefused } from './outbound-refused.ts'

export interface OutboundRules {
  /** Whether a connection to this IP address may be made. */
  isAllowed: (address: string) => boolean
  /** Any port where absent. */
  ports?: readonly number[]
  /** Whether a name and password may stand in the address, to be sent along. */
  mayHaveCredentials?: boolean
}

/**
 * What can be judged of an address that somebody named before anything is looked up. Other notations of an IP address
 * (`127.1`, `0x7f.1`, full-width digits) are read as the URL standard reads them, which is how they are connected to.
 * Throws OutboundRefused.
 */
export function checkUrl(text: string | URL, { isAllowed, ports, mayHaveCredentials = false }: OutboundRules): URL {
  const url = parse(text)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new OutboundRefused('scheme')
  if (!mayHaveCredentials && (url.username || url.password)) throw new OutboundRefused('credentials')
  if (ports && !ports.includes(portOf(url))) throw new OutboundRefused('port')
  const host = bareHost(url)
  if (isIP(host) && !isAllowed(host)) throw new OutboundRefused('private')
  return url
}

/** An IPv6 address stands in brackets in a URL and without them everywhere else. */
export function bareHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function parse(text: string | URL): URL {
  try {
    return new URL(text)
  } catch {
    throw new OutboundRefused('malformed')
  }
}

function portOf({ port, protocol }: URL): number {
  if (port) return Number(port)
  return protocol === 'https:' ? 443 : 80
}
