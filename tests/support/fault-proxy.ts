import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'

/** What a line does to those who talk over it. Counted is what goes from the client to the server. */
export interface Faults {
  /** Added to each direction. */
  latencyMs?: number
  /** Of each connection and direction. */
  bytesPerSecond?: number
  /** The connection ends once so many bytes of the client's went through. */
  cutAfterBytes?: number
  /** How it ends: in order, by a reset, or without a word to either side, so that both wait. Default: close. */
  cut?: 'close' | 'reset' | 'silence'
  /** The server hears everything; its first word back ends the connection. */
  isCutOnReply?: boolean
  /** Asked about everything that the client sends; once it says yes the server hears that, and its next word ends the connection. */
  cutsReplyTo?: (sent: Buffer) => boolean
  /** Connections are taken and nothing goes through. */
  isBlackhole?: boolean
}

export interface FaultProxy {
  port: number
  /** Of connections from now on; what is open keeps its own. */
  faults: Faults
  /** Ends what is open, so. */
  cutAll(how: NonNullable<Faults['cut']>): void
  stop(): Promise<void>
}

/** A TCP proxy on a free port that goes wrong as it is told. */
export async function startFaultProxy(targetPort: () => number, faults: Faults = {}): Promise<FaultProxy> {
  const lines = new Set<Line>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const line = new Line(client, connect({ port: targetPort(), host: '127.0.0.1', allowHalfOpen: true }), proxy.faults)
    lines.add(line)
    client.once('close', () => lines.delete(line))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: FaultProxy = {
    port: (server.address() as AddressInfo).port,
    faults,
    cutAll(how) {
      for (const line of lines) line.cut(how)
    },
    async stop() {
      for (const line of lines) line.cut('reset')
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

export interface DatabaseLine extends FaultProxy {
  /** The database as it is reached over the line. */
  url: string
}

export async function startDatabaseLine(databaseUrl: string): Promise<DatabaseLine> {
  const url = new URL(databaseUrl)
  const port = Number(url.port)
  const proxy = await startFaultProxy(() => port)
  url.port = String(proxy.port)
  return Object.assign(proxy, { url: url.href })
}

class Line {
  readonly #client: Socket
  readonly #server: Socket
  #sentBytes = 0

  constructor(client: Socket, server: Socket, faults: Faults) {
    this.#client = client
    this.#server = server
    for (const socket of [client, server]) socket.on('error', () => this.cut('reset'))
    if (faults.isBlackhole) return
    const { cutAfterBytes = Number.POSITIVE_INFINITY, cut = 'close' } = faults
    let isReplyLost = faults.isCutOnReply ?? false
    const counted = (chunk: Buffer) => {
      isReplyLost ||= faults.cutsReplyTo?.(chunk) ?? false
      const left = cutAfterBytes - this.#sentBytes
      this.#sentBytes += chunk.length
      if (this.#sentBytes < cutAfterBytes) return chunk
      // What was let through arrives before the end does.
      setTimeout(() => this.cut(cut), (faults.latencyMs ?? 0) + 50)
      return chunk.subarray(0, Math.max(0, left))
    }
    client.pipe(slow(faults, counted)).pipe(server)
    server.pipe(slow(faults, (chunk) => (isReplyLost ? this.#swallow() : chunk))).pipe(client)
  }

  cut(how: NonNullable<Faults['cut']>): void {
    if (how === 'silence') {
      for (const socket of [this.#client, this.#server]) socket.unpipe().pause()
      return
    }
    for (const socket of [this.#client, this.#server]) {
      if (how === 'reset') socket.resetAndDestroy()
      else socket.destroySoon()
    }
  }

  #swallow(): Buffer {
    this.cut('reset')
    return Buffer.alloc(0)
  }
}

/** Waits for each piece as long as it takes on such a line; the latency of one piece does not add to that of the next. */
function slow({ latencyMs = 0, bytesPerSecond }: Faults, look: (chunk: Buffer) => Buffer): Transform {
  const pieceBytes = bytesPerSecond
    ? Math.max(1, Math.floor(bytesPerSecond / piecesPerSecond))
    : Number.POSITIVE_INFINITY
  let freeAtMs = 0
  const pace = async (piece: Buffer) => {
    if (!bytesPerSecond) return
    const nowMs = performance.now()
    freeAtMs = Math.max(nowMs, freeAtMs) + (piece.length * 1000) / bytesPerSecond
    if (freeAtMs - nowMs > 1) await delay(freeAtMs - nowMs)
  }
  return new Transform({
    highWaterMark: 16 * 1024,
    async transform(chunk: Buffer, _encoding, done) {
      for (let start = 0; start < chunk.length && !this.destroyed; start += pieceBytes) {
        const piece = chunk.subarray(start, start + pieceBytes)
        await pace(piece)
        const kept = look(piece)
        if (latencyMs === 0) this.push(kept)
        else setTimeout(() => this.destroyed || this.push(kept), latencyMs)
      }
      done()
    },
    flush(done) {
      setTimeout(done, latencyMs)
    },
  })
}

const piecesPerSecond = 20
