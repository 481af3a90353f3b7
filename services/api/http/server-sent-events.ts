import { setTimeout as delay } from 'node:timers/promises'
import type { Request, Response } from 'express'
import { AppError } from '#contract/errors.ts'
import { networkKey } from './network-key.ts'
import { createPlaces } from './places.ts'
import { leftSignal, whenOver } from './when-over.ts'

interface Watch<Value> {
  /** Asked again and again; null ends the stream. Aborted once the listener left. */
  read: (left: AbortSignal) => Promise<Value | null>
  /** Whether the listener has everything once this value was sent. */
  isLast?: (value: Value) => boolean
  /** What must differ for a value to be worth sending. */
  fingerprint: (value: Value) => string
  everyMs: number
  /** Told each error that the stream survives. */
  onFault?: (error: unknown) => void
  /** How long a listener may take nothing of what was sent before the stream ends. */
  patienceMs?: number
}

// Ten tabs of everybody in a large office; one script can't take all that the site has, nor can many.
const places = createPlaces({ perKey: 64, inAll: 2_000 })

/** Throws where too many streams are open, of this network or in all; the place is free again when the answer ends. */
function takePlace(request: Request, response: Response): void {
  const taken = places.take(networkKey(request.ip))
  if (taken === 'own')
    throw new AppError('too_many_requests', 'Too many pages are followed live from your network; close some of them.')
  if (taken === 'all') throw new AppError('unavailable', 'Too many pages are followed live; try again in a minute.')
  whenOver(request, response, taken)
}

// Proxies close a connection on which nothing moves for about a minute.
const keepAliveMs = 15_000

// A telephone in a tunnel is given up no sooner than this; it comes again by itself.
const defaultPatienceMs = 30_000

/**
 * Sends a value whenever it changed, until the listener leaves. An AppError of `read` ends the stream: what is watched
 * is gone or no longer for this listener. Other errors are survived, the next round may succeed.
 */
export async function streamChanges<Value>(request: Request, response: Response, watch: Watch<Value>): Promise<void> {
  const { patienceMs = defaultPatienceMs } = watch
  takePlace(request, response)
  const left = leftSignal(request, response)
  if (left.aborted) return
  let value = await watch.read(left).catch(unlessLeft)
  if (left.aborted) return
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  })
  let sent = ''
  let quietMs = 0
  while (value !== null) {
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
    if (!(await mayGoOn())) return
    quietMs += watch.everyMs
    value = await watch.read(left).catch((error) => afterFault(error, value))
    if (left.aborted) return
  }
  response.end()

  /** Waits for the next round, and until the listener took what he was sent; false where he left or takes nothing. */
  async function mayGoOn(): Promise<boolean> {
    // Nothing is added to what waits in memory for him: a later value stands for all that he missed.
    for (let stuckMs = 0; stuckMs < patienceMs; stuckMs += watch.everyMs) {
      await delay(watch.everyMs, undefined, { signal: left }).catch(() => {})
      if (left.aborted || !response.writableNeedDrain) return !left.aborted
    }
    response.destroy()
    return false
  }

  function unlessLeft(error: unknown): null {
    if (left.aborted) return null
    throw error
  }

  function afterFault(error: unknown, last: Value | null): Value | null {
    if (error instanceof AppError) return null
    if (!left.aborted) watch.onFault?.(error)
    return last
  }
}
