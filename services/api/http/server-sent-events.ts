import { setTimeout as delay } from 'node:timers/promises'
import type { Request, Response } from 'express'
import { AppError } from '#contract/errors.ts'
import { createPlaces } from './places.ts'

interface Watch<Value> {
  /** Asked again and again; null ends the stream. */
  read: () => Promise<Value | null>
  /** Whether the listener has everything once this value was sent. */
  isLast?: (value: Value) => boolean
  /** What must differ for a value to be worth sending. */
  fingerprint: (value: Value) => string
  everyMs: number
  /** Told each error that the stream survives. */
  onFault?: (error: unknown) => void
}

// Ten tabs of everybody in a large office; one script can't take all that the site has, nor can many.
const places = createPlaces({ perKey: 64, inAll: 2_000 })

/** Throws where too many streams are open, of this address or in all; the place is free again when the answer ends. */
function takePlace(request: Request, response: Response): void {
  const taken = places.take(request.ip ?? '')
  if (taken === 'own')
    throw new AppError('too_many_requests', 'Too many pages are followed live from your network; close some of them.')
  if (taken === 'all') throw new AppError('unavailable', 'Too many pages are followed live; try again in a minute.')
  response.once('close', taken)
}

// Proxies close a connection on which nothing moves for about a minute.
const keepAliveMs = 15_000

/**
 * Sends a value whenever it changed, until the listener leaves. An AppError of `read` ends the stream: what is watched
 * is gone or no longer for this listener. Other errors are survived, the next round may succeed.
 */
export async function streamChanges<Value>(request: Request, response: Response, watch: Watch<Value>): Promise<void> {
  takePlace(request, response)
  const left = new AbortController()
  request.on('close', () => left.abort())
  response.on('close', () => left.abort())
  let value = await watch.read()
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  })
  let sent = ''
  let quietMs = 0
  while (!left.signal.aborted) {
    if (value === null) break
    const print = watch.fingerprint(value)
    if (print !== sent) {
      response.write(`data: ${JSON.stringify(value)}\n\n`)
      sent = print
      quietMs = 0
    } else if (quietMs >= keepAliveMs) {
      response.write(': still here\n\n')
      quietMs = 0
    }
    if (watch.isLast?.(value)) break
    await delay(watch.everyMs, undefined, { signal: left.signal }).catch(() => {})
    quietMs += watch.everyMs
    if (!left.signal.aborted) value = await watch.read().catch((error) => afterFault(error, value))
  }
  response.end()

  function afterFault(error: unknown, last: Value | null): Value | null {
    if (error instanceof AppError) return null
    watch.onFault?.(error)
    return last
  }
}
