import type { RequestEvent } from '@sveltejs/kit'
import { config } from './config.ts'

/** What the API must know of the visitor although the question comes from the server that renders the page. */
const carried = ['cookie', 'accept-language', 'user-agent', 'x-forwarded-proto', 'x-forwarded-host']

/** The same request, sent to the API's internal address in the visitor's name. */
export function toApi(event: Pick<RequestEvent, 'request' | 'url' | 'getClientAddress'>, request: Request): Request {
  const { pathname, search } = new URL(request.url)
  const headers = new Headers(request.headers)
  for (const name of carried) {
    const value = event.request.headers.get(name)
    if (value) headers.set(name, value)
  }
  headers.set('x-forwarded-for', addressesOf(event))
  if (!headers.has('x-forwarded-host')) headers.set('x-forwarded-host', event.url.host)
  return new Request(new URL(pathname + search, config.API_INTERNAL_URL), { method: request.method, headers })
}

/** As every proxy does: what came before, then the address that this request came from. */
function addressesOf(event: Pick<RequestEvent, 'request' | 'getClientAddress'>): string {
  const before = event.request.headers.get('x-forwarded-for')
  return before ? `${before}, ${event.getClientAddress()}` : event.getClientAddress()
}
