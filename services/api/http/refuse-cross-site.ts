import type { Request, RequestHandler } from 'express'
import { AppError } from '#contract/errors.ts'
import { ownOrigin } from './own-origin.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * No other site may act with a visitor's session. Browsers say where a request comes from (Sec-Fetch-Site, Origin);
 * programs that are no browser send neither and carry no cookie that somebody else could ride on.
 */
export function refuseCrossSite(publicOrigin: string): RequestHandler {
  return (request, _response, next) => {
    if (!safeMethods.has(request.method) && !isOwnOrigin(request, publicOrigin)) throw new AppError('cross_site')
    next()
  }
}

function isOwnOrigin(request: Request, publicOrigin: string): boolean {
  const site = request.get('sec-fetch-site')
  if (site) return site === 'same-origin' || site === 'none'
  const origin = request.get('origin')
  // A request with a cookie and without an Origin is an old browser or a forgery; neither may change anything.
  if (!origin) return !request.get('cookie')
  return origin === publicOrigin || origin === ownOrigin(request)
}
