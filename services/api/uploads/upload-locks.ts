import type { Lock, Locker, RequestRelease } from '@tus/server'
import { AppError, errorBody } from '#contract/errors.ts'

const partMark = '#'

export function partLockId(uploadId: string, number: number): string {
  return uploadId + partMark + number
}

interface Taking {
  /** Ends the waiting. */
  signal: AbortSignal
  /** Called while it is held and somebody else wants it. */
  requestRelease: RequestRelease
}

interface Waiter {
  requestRelease: RequestRelease
  start(): void
}

interface Holder {
  requestRelease: RequestRelease
  waiting: Waiter[]
}

/**
 * One writer per upload, or per part of it. Who comes later asks the holder to let go and waits in line: a request that holds
 * the lock over a dead connection must not keep its sender from asking how far he got. Who has the upload has all its parts.
 */
export class UploadLocks implements Locker {
  readonly #holders = new Map<string, Holder>()
  readonly #patienceMs: number

  constructor(patienceMs = 10_000) {
    this.#patienceMs = patienceMs
  }

  newLock(id: string): Lock {
    const held: string[] = []
    return {
      lock: async (signal, requestRelease) => {
        const take = async (one: string, ask = requestRelease) => {
          await this.#lock(one, signal, ask)
          held.push(one)
        }
        const [whole, number] = id.split(partMark)
        // In passing: whoever has the whole of it is waited for, and who wants it afterwards finds this part in line.
        await take(whole!, number === undefined ? requestRelease : () => {})
        if (number !== undefined) {
          this.#unlock(held.pop()!)
          return take(id)
        }
        try {
          for (const part of this.#partsOf(id)) await take(part)
        } catch (error) {
          for (const one of held.splice(0)) this.#unlock(one)
          throw error
        }
      },
      unlock: async () => {
        for (const one of held.splice(0)) this.#unlock(one)
      },
    }
  }

  /** Does the work while nobody else has the upload, or that part of it. */
  async during<Done>(
    id: string,
    work: () => Promise<Done>,
    { signal = new AbortController().signal, requestRelease = () => {} }: Partial<Taking> = {},
  ): Promise<Done> {
    const lock = this.newLock(id)
    await lock.lock(signal, requestRelease)
    try {
      return await work()
    } finally {
      await lock.unlock()
    }
  }

  /** For work that nobody waits for: gives what lets go again, or null where somebody holds it, who is not disturbed. */
  takeIfFree(id: string): (() => void) | null {
    if (this.#holders.has(id) || this.#partsOf(id).length > 0) return null
    this.#holders.set(id, { requestRelease: () => {}, waiting: [] })
    return () => this.#unlock(id)
  }

  #partsOf(id: string): string[] {
    return [...this.#holders.keys()].filter((key) => key.startsWith(id + partMark))
  }

  async #lock(id: string, signal: AbortSignal, requestRelease: RequestRelease): Promise<void> {
    const holder = this.#holders.get(id)
    if (!holder) {
      this.#holders.set(id, { requestRelease, waiting: [] })
      return
    }
    const turn = this.#queue(holder, signal, requestRelease)
    await holder.requestRelease()
    await turn
  }

  #queue(holder: Holder, signal: AbortSignal, requestRelease: RequestRelease): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(patience)
        signal.removeEventListener('abort', leave)
        end()
      }
      const waiter: Waiter = { requestRelease, start: () => settle(resolve) }
      const leave = () => {
        holder.waiting.splice(holder.waiting.indexOf(waiter), 1)
        settle(() => reject(locked))
      }
      const patience = setTimeout(leave, this.#patienceMs)
      signal.addEventListener('abort', leave, { once: true })
      holder.waiting.push(waiter)
    })
  }

  #unlock(id: string): void {
    const holder = this.#holders.get(id)
    const next = holder?.waiting.shift()
    if (!holder || !next) {
      this.#holders.delete(id)
      return
    }
    holder.requestRelease = next.requestRelease
    next.start()
    // Those behind it wait as urgently as it did.
    if (holder.waiting.length > 0) void next.requestRelease()
  }
}

const locked = {
  status_code: 423,
  body: JSON.stringify(
    errorBody(new AppError('unavailable', 'Another request is sending this upload; try again in a moment.')),
  ),
}
