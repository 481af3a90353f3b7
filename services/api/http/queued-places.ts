import { AppError } from '#contract/errors.ts'
import { createPlaces } from './places.ts'

export interface QueueLimits {
  perKey: number
  inAll: number
  waitingPerKey: number
  waitingInAll: number
  patienceMs: number
}

export interface QueuedPlaces {
  /**
   * Does the work as soon as there is a place for it. Throws `too_many_requests` where the key's own places stay taken or
   * too much of it waits, `unavailable` where those of all do, and what the signal was aborted with.
   */
  use<Result>(key: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result>
}

interface Waiter {
  key: string
  enter(place: () => void): void
}

/** Places with a queue before them, for those who ask several things at once and mean no harm. */
export function createQueuedPlaces(limits: QueueLimits): QueuedPlaces {
  const { patienceMs, waitingPerKey, waitingInAll } = limits
  const places = createPlaces(limits)
  const chairs = createPlaces({ perKey: waitingPerKey, inAll: waitingInAll })
  const waiting = new Set<Waiter>()

  return {
    async use(key, signal, work) {
      signal.throwIfAborted()
      const place = places.take(key)
      const giveBack = typeof place === 'function' ? place : await wait(key, signal)
      try {
        return await work()
      } finally {
        giveBack()
        callNext()
      }
    },
  }

  async function wait(key: string, signal: AbortSignal): Promise<() => void> {
    const chair = chairs.take(key)
    if (typeof chair !== 'function') throw refusal(chair)
    return new Promise<() => void>((resolve, reject) => {
      // At once, so that nobody is called who is no longer there: his place would be lost.
      const leave = (settle: () => void) => {
        waiting.delete(waiter)
        clearTimeout(giveUp)
        signal.removeEventListener('abort', left)
        chair()
        settle()
      }
      const waiter = { key, enter: (place: () => void) => leave(() => resolve(place)) }
      const left = () => leave(() => reject(signal.reason))
      const giveUp = setTimeout(() => leave(() => reject(refusal(whatIsFull(key)))), patienceMs)
      waiting.add(waiter)
      signal.addEventListener('abort', left)
    })
  }

  /** Who came first, of those whose own places are not all taken. */
  function callNext(): void {
    for (const waiter of waiting) {
      const place = places.take(waiter.key)
      if (place === 'all') return
      if (place === 'own') continue
      waiter.enter(place)
    }
  }

  function whatIsFull(key: string): 'own' | 'all' {
    const place = places.take(key)
    if (typeof place !== 'function') return place
    place()
    return 'own'
  }
}

function refusal(full: 'own' | 'all'): AppError {
  return full === 'own'
    ? new AppError('too_many_requests', 'You ask too many things at once; wait until some of them are answered.')
    : new AppError('unavailable', 'Too much is asked at once; try again in a moment.')
}
