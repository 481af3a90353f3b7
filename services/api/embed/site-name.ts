import { isIP } from 'node:net'
import { domainToUnicode } from 'node:url'
import { parse } from 'tldts'
import { siteBuckets } from '#contract/play-token.ts'
import { shownElsewhere } from './shown-elsewhere.ts'

/**
 * What a site is called in Views Details: the registrable domain in Unicode (`a.github.io` and `b.github.io` are two),
 * or a named bucket where the page has no domain of its own. Null where the text names no site at all.
 */
export function siteName(address: string, ownOrigin: string): string | null {
  const url = parseUrl(address)
  if (!url) return null
  if (url.protocol === 'file:') return siteBuckets.file
  if (readerSchemes.has(url.protocol)) return siteBuckets.reader
  if (url.protocol === 'about:') return url.pathname === 'reader' ? siteBuckets.reader : null
  // Apps show pages under schemes of their own: capacitor:, ionic:, android-app:, chrome-extension:, tauri:…
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return siteBuckets.app
  if (url.origin === parseUrl(ownOrigin)?.origin) return siteBuckets.thisSite
  const shown = shownElsewhere(url.hostname.replace(/\.$/, ''))
  if (shown && 'bucket' in shown) return shown.bucket
  const host = shown?.host ?? url.hostname
  return bucketOfHost(host) ?? registrableDomain(host)
}

/** The reading views of Chromium and Edge, which show a page without its own address; Firefox has `about:reader`. */
const readerSchemes = new Set(['chrome-distiller:', 'read:'])

/** Origin and path of a page, cut to 512 characters; query and fragment may hold secrets and are dropped. '' for anything but a web page. */
export function pageAddress(address: string): string {
  const origin = webOrigin(address)
  if (!origin) return ''
  return (origin + new URL(address).pathname).slice(0, 512)
}

/** The origin of a web address, or null for other schemes, for `null` and for text that is no address. */
export function webOrigin(address: string): string | null {
  const url = parseUrl(address)
  return url && /^https?:$/.test(url.protocol) ? url.origin : null
}

function parseUrl(address: string): URL | null {
  // Longer than browsers send; parsing must stay cheap whatever comes.
  return address.length <= 4096 ? URL.parse(address) : null
}

function bucketOfHost(host: string): string | null {
  const name = host.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1' || name.startsWith('127.'))
    return siteBuckets.localhost
  if (isIP(name) ? isPrivateAddress(name) : isLocalName(name)) return siteBuckets.privateNetwork
  return null
}

// Names without a dot, and the endings that routers and intranets give out, mean something only inside one network.
function isLocalName(name: string): boolean {
  return !name.includes('.') || /\.(local|internal|lan|home\.arpa|intranet|corp|home)$/.test(name)
}

const privateAddresses = [
  /^0\./,
  /^10\./,
  /^192\.168\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^169\.254\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^::$/,
  /^f[cd][0-9a-f]{2}:/,
  /^fe[89ab][0-9a-f]:/,
  // An IPv4 address inside IPv6: nobody publishes a site that way.
  /^::ffff:/,
]

function isPrivateAddress(address: string): boolean {
  return privateAddresses.some((pattern) => pattern.test(address))
}

function registrableDomain(host: string): string {
  const name = host.replace(/\.$/, '')
  const domain = parse(name, { allowPrivateDomains: true }).domain ?? name
  // Empty where the name is not valid Punycode; the raw name is better than none.
  return (domainToUnicode(domain) || domain).slice(0, 253)
}
