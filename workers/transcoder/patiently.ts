import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#contract/errors.ts'

const patienceMs = 5 * 60 * 1_000
const firstPauseMs = 250
const longestPauseMs = 10_000

/**
 * Repeats work whose neighbour, the database or the storage, is away for a while, so that an outage costs time and not
 * the attempt. Only for work that may run twice. Any other failure, and the signal, end it at once. `onOutage` hears of the first.
 */
export async function patiently<Result>(
  signal: AbortSignal,
  work: () => Promise<Result>,
  onOutage?: () => Promise<void>,
): Promise<Result> {
  const giveUpAt = performance.now() + patienceMs
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (!isOutage(error) || performance.now() + pauseMs > giveUpAt) throw error
    }
    if (pauseMs === firstPauseMs) await onOutage?.()
    await delay(pauseMs, undefined, { signal })
  }
}

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN'])

/** Whether the same call may succeed later although nothing is changed on our side. */
export function isOutage(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'unavailable'
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string }
  if (networkCodes.has(code)) return true
  // PostgreSQL: connection exceptions, and a server that shuts down or starts up.
  if (/^(08|57P0[1-3])/.test(code) || isOverloaded(error)) return true
  // What the pool says without any code.
  return /Connection terminated|timeout exceeded when trying to connect/.test(message)
}

/** Whether the database is there and could not do it: out of disk, memory or connections, or not done in the time it was given. */
export function isOverloaded(error: unknown): boolean {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string }
  return /^(53...|57014)$/.test(code) || message === 'Query read timeout'
}
