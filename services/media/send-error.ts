import type { ServerResponse } from 'node:http'
import { AppError, errorBody } from '#contract/errors.ts'
import type { Logger } from '../program/logger.ts'
import { commonHeaders } from './common-headers.ts'

/**
 * Answers with the error, or cuts the connection where an answer has begun, so that half a segment never passes for a
 * whole one. Once an answer has begun, anything but an AppError only says that the viewer went away.
 */
export function sendError(response: ServerResponse, error: unknown, logger: Logger): void {
  const hasBegun = response.headersSent
  const isOurs = error instanceof AppError ? error.status >= 500 : !hasBegun
  if (isOurs) logger.error({ err: error }, 'could not deliver')
  if (hasBegun) return void response.destroy()
  const known = error instanceof AppError ? error : new AppError('internal')
  const body = JSON.stringify(errorBody(known))
  response.writeHead(known.status, { ...errorHeaders(known), 'content-length': Buffer.byteLength(body) }).end(body)
}

function errorHeaders(error: AppError) {
  return {
    ...commonHeaders,
    'cache-control': 'no-store',
    'content-type': 'application/json',
    ...(error.status === 503 && { 'retry-after': '2' }),
  }
}
