import { Agent, request } from 'node:http'
import { createRequire } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'
import { newPlayId } from '#contract/ids.ts'
import { beacon, watched } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'

/** Asked for by the first message; the answer is a LoadResult. In a process of its own, so that it costs the server nothing. */
export interface LoadPlan {
  url: string
  seconds: number
  connections: number
  /** Requests per second; as many as it takes where missing. */
  rate?: number
}

export interface LoadResult {
  requestsPerSecond: number
  p99Ms: number
  notAnswered204: number
}

interface AutocannonResult {
  requests: { average: number; total: number }
  latency: { p99: number }
  statusCodeStats: Record<string, { count: number }>
  errors: number
}

// It has no types of its own.
const autocannon: (options: object) => Promise<AutocannonResult> = createRequire(import.meta.url)('autocannon')

process.once('message', async (plan: LoadPlan) => {
  process.send!(plan.rate ? await steadyLoad(plan, plan.rate) : await fullLoad(plan))
  process.disconnect()
})

async function fullLoad({ url, seconds, connections }: LoadPlan): Promise<LoadResult> {
  const requests = bodies().map((body) => ({ body }))
  const result = await autocannon({ url, method: 'POST', headers, duration: seconds, connections, requests })
  const good = result.statusCodeStats['204']?.count ?? 0
  return {
    requestsPerSecond: result.requests.average,
    p99Ms: result.latency.p99,
    notAnswered204: result.requests.total - good + result.errors,
  }
}

/** Sends at a fixed rate whether or not answers come; a latency counts from when its request was due. (autocannon sends each second's share at once.) */
async function steadyLoad({ url, seconds, connections }: LoadPlan, rate: number): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const texts = bodies()
  const latencies: number[] = []
  let sent = 0
  let failed = 0
  const startedAt = performance.now()
  const pending = new Set<Promise<void>>()
  while (performance.now() - startedAt < seconds * 1000) {
    for (const due = ((performance.now() - startedAt) / 1000) * rate; sent < due; sent++) {
      const dueAt = startedAt + (sent / rate) * 1000
      const answered = post(url, agent, texts[sent % texts.length]!).then((status) => {
        if (status === 204) latencies.push(performance.now() - dueAt)
        else failed++
        pending.delete(answered)
      })
      pending.add(answered)
    }
    await pause(1)
  }
  await Promise.all(pending)
  agent.destroy()
  latencies.sort((one, other) => one - other)
  const p99Ms = latencies[Math.floor(latencies.length * 0.99)] ?? 0
  return { requestsPerSecond: latencies.length / seconds, p99Ms, notAnswered204: failed }
}

/** Resolves with the status, or 0 where there was none. */
function post(url: string, agent: Agent, body: string): Promise<number> {
  return new Promise((resolve) => {
    const sending = request(url, { method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    sending.once('error', () => resolve(0))
    sending.end(body)
  })
}

const headers = { 'user-agent': browser, 'content-type': 'text/plain' }

/** 500 plays that each send a beacon at 5, 10, 25 and 40 seconds. */
function bodies(): string[] {
  const plays = Array.from({ length: 500 }, () => beacon({ token: { playId: newPlayId() } }).token)
  return [5, 10, 25, 40].flatMap((seconds, index) =>
    plays.map((token) => JSON.stringify({ token, seq: index + 1, state: watched(seconds) })),
  )
}

process.send!('ready')
