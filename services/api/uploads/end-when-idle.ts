import type { RequestHandler } from 'express'
import { AppError, errorBody } from '#contract/errors.ts'

// While we answer: joining the parts of a large upload in a bucket may take a while.
const answeringMs = 120_000

/**
 * Ends an upload over which nothing arrives for so long, with 408; a slow one may take days. Silence that is ours, while
 * the disk, the bucket or the database is slow and what arrived waits to be read, is not held against the sender.
 */
export function endWhenIdle(idleMs: number): RequestHandler {
  return (request, response, next) => {
    if (!['POST', 'PATCH'].includes(request.method)) return next()
    const { socket } = request
    socket.setTimeout(idleMs)
    // Node leaves a connection alone whose response listens to this; a request hears it only until its last byte came.
    response.on('timeout', () => {
      if (request.complete || request.readableLength > 0 || response.headersSent) socket.setTimeout(idleMs)
      // Past the response: whoever reads the body writes his own answer to its sudden end.
      else socket.end(refusal, () => request.destroy())
    })
    request.once('end', () => socket.setTimeout(answeringMs))
    next()
  }
}

const body = JSON.stringify(errorBody(new AppError('upload_idle')))
const refusal = [
  'HTTP/1.1 408 Request Timeout',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  'Tus-Resumable: 1.0.0',
  'Connection: close',
  '',
  body,
].join('\r\n')
