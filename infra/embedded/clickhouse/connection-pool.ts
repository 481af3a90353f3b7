import type { Connection } from './connection.ts'
import { fault } from './fault.ts'

interface Waiter {
  resolve(connection: Connection): void
  reject(reason: unknown): void
  stopListening(): void
}

/** A bounded number of connections and a bounded queue before them. */
export class ConnectionPool {
  readonly #connect: () => Connection
  readonly #size: number
  readonly #queueLength: number
  readonly #idle: Connection[] = []
  readonly #waiting: Waiter[] = []
  readonly #busy = new Set<Promise<void>>()
  #open = 0

  constructor(options: { connect: () => Connection; size: number; queueLength: number }) {
    this.#connect = options.connect
    this.#size = options.size
    this.#queueLength = options.queueLength
  }

  /** Resolves with the work's result before the connection is restored: nobody waits for the cleaning. */
  async use<Result>(work: (connection: Connection) => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const connection = await this.#take(signal)
    const working = work(connection)
    const cleaned = working.then(
      () => this.#giveBack(connection),
      () => this.#giveBack(connection),
    )
    this.#busy.add(cleaned)
    cleaned.finally(() => this.#busy.delete(cleaned))
    return working
  }

  /** Waits for the work that has a connection, refuses what waits for one, and closes all. */
  async close(): Promise<void> {
    for (const waiter of this.#waiting.splice(0)) waiter.reject(fault('QUERY_WAS_CANCELLED', 'The server is stopping.'))
    while (this.#busy.size > 0) await Promise.all(this.#busy)
    for (const connection of this.#idle.splice(0)) connection.close()
  }

  async #take(signal: AbortSignal): Promise<Connection> {
    signal.throwIfAborted()
    const idle = this.#idle.pop()
    if (idle) return idle
    if (this.#open < this.#size) return this.#openOne()
    if (this.#waiting.length >= this.#queueLength) {
      throw fault('TOO_MANY_SIMULTANEOUS_QUERIES', `Too many queries wait already (${this.#queueLength}); try again.`)
    }
    return this.#wait(signal)
  }

  #wait(signal: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
        reject(signal.reason)
      }
      const waiter: Waiter = { resolve, reject, stopListening: () => signal.removeEventListener('abort', leave) }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiter)
    })
  }

  #openOne(): Connection {
    const connection = this.#connect()
    this.#open++
    return connection
  }

  async #giveBack(used: Connection): Promise<void> {
    const connection = (await used.restore()) ? used : this.#replace(used)
    const next = this.#waiting.shift()
    if (!next) return void this.#idle.push(connection)
    next.stopListening()
    next.resolve(connection)
  }

  #replace(used: Connection): Connection {
    used.close()
    return this.#connect()
  }
}
