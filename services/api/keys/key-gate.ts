import type { Request, RequestHandler } from 'express'
import type { Catalog } from '#catalog/open-catalog.ts'
import { AppError } from '#contract/errors.ts'
import { keyOfRequest } from './api-key.ts'
import { createRequestRate } from './request-rate.ts'
import { findKeyOwner, noteUse } from './stored-keys.ts'

/**
 * Every request with a key passes here first, and only those that read Views Details pass on. Stands before the check for
 * forgeries: a key is sent by programs on purpose, never by a browser on its own.
 */
export function keyGate({ database }: Pick<Catalog, 'database'>, rate = createRequestRate(perMinute)): RequestHandler {
  return async (request, response, next) => {
    const key = keyOfRequest(request)
    if (key === null) return next()
    if (!mayAskWithKey(request))
      throw new AppError('forbidden', 'An API key reads Views Details and your list of videos, and nothing else.')
    const known = await findKeyOwner(database, key)
    if (!known) throw unknownKey()
    const waitSeconds = rate.take(known.keyId, Date.now())
    if (waitSeconds > 0) {
      response.set('Retry-After', String(waitSeconds))
      throw new AppError('too_many_requests', `This key asks too often; go on in ${waitSeconds} seconds.`)
    }
    await noteUse(database, known)
    next()
  }
}

export function unknownKey(): AppError {
  return new AppError('not_signed_in', 'This API key was revoked or mistyped; make another in your settings.')
}

const perMinute = { most: 600, windowMs: 60_000 }

const readable = [/^\/videos\/[^/]+\/views(\/|$)/, /^\/me\/views(\/|$)/, /^\/vpubs\/[^/]+\/views(\/|$)/]

/** As seen from `/api`. */
function mayAskWithKey({ method, path, query }: Pick<Request, 'method' | 'path' | 'query'>): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false
  return readable.some((pattern) => pattern.test(path)) || (path === '/videos' && Boolean(query.mine))
}
