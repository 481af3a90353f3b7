import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

export interface SteadyLoad {
  url: string
  seconds: number
  connections: number
  /** Requests per second. */
  rate: number
  /** Sent in turn. */
  bodies: readonly string[]
  headers: Record<string, string>
}

export interface LoadResult {
  requestsPerSecond: number
  p99Ms: number
  notAnswered204: number
  /** All that were sent, also before counting began. */
  sent: number
}

/**
 * Sends at a fixed rate whether or not answers come; a latency counts from when its request was due, so that a server
 * that stalls is not spared the requests it kept waiting. On bare sockets, since Node's own client takes longer for a
 * request than the server for its answer, and would be what is measured.
 */
export async function steadyLoad(plan: SteadyLoad): Promise<LoadResult> {
  const requests = plan.bodies.map((body) => requestBytes(plan, body))
  const latencies: number[] = []
  const waiting: number[] = []
  const free: Line[] = []
  let failed = 0
  let closed = 0
  let countFrom = Number.POSITIVE_INFINITY
  const lines = await Promise.all(
    Array.from({ length: plan.connections }, () =>
      openLine(plan.url, {
        onanswer(line, dueAt, status) {
          if (status !== 204) failed++
          else if (dueAt >= countFrom) latencies.push(performance.now() - dueAt)
          const next = waiting.shift()
          if (next === undefined) free.push(line)
          else send(line, next)
        },
        onclose: () => closed++,
      }),
    ),
  )
  free.push(...lines)
  let sent = 0
  const send = (line: Line, dueAt: number) => line.send(requests[sent++ % requests.length]!, dueAt)
  const startedAt = performance.now()
  countFrom = startedAt + warmUpMs
  for (let due = 0; performance.now() - countFrom < plan.seconds * 1000; await pause(1)) {
    for (const now = ((performance.now() - startedAt) / 1000) * plan.rate; due < now; due++) {
      const dueAt = startedAt + (due / plan.rate) * 1000
      // The one that rested longest: a server closes a line on which nothing comes for some seconds.
      const line = free.shift()
      if (line) send(line, dueAt)
      else waiting.push(dueAt)
    }
  }
  while (free.length < lines.length && closed === 0) await pause(5)
  if (closed > 0) throw new Error(`The server closed ${closed} connections under load.`)
  for (const line of lines) line.close()
  latencies.sort((one, other) => one - other)
  const p99Ms = latencies[Math.floor(latencies.length * 0.99)] ?? 0
  return { requestsPerSecond: latencies.length / plan.seconds, p99Ms, notAnswered204: failed, sent }
}

// Until this program is compiled and its connections are in use, what is late is the load and not the server.
const warmUpMs = 1_000

/** One connection with at most one request under way. */
interface Line {
  send(request: Buffer, dueAt: number): void
  close(): void
}

interface Listeners {
  onanswer: (line: Line, dueAt: number, status: number) => void
  /** By the server. */
  onclose: () => void
}

function openLine(url: string, { onanswer, onclose }: Listeners): Promise<Line> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let dueAt = 0
    let head = ''
    const line: Line = {
      send(request, due) {
        dueAt = due
        socket.write(request)
      },
      close() {
        socket.off('close', onclose)
        socket.destroy()
      },
    }
    socket.once('connect', () => resolve(line))
    socket.once('error', reject)
    socket.once('close', onclose)
    socket.on('data', (bytes: Buffer) => {
      head += bytes.toString('latin1')
      // A 204 ends with its head; another answer's body is of no interest and comes in the same packet.
      if (!head.includes('\r\n\r\n')) return
      const status = Number(head.slice(9, 12))
      head = ''
      onanswer(line, dueAt, status)
    })
  })
}

function requestBytes({ url, headers }: SteadyLoad, body: string): Buffer {
  const { host, pathname } = new URL(url)
  const all = { host, ...headers, 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${pathname} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
}
