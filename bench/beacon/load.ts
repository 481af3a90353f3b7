import { createRequire } from 'node:module'
import { newPlayId } from '#contract/ids.ts'
import { beacon, watched } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'
import { type LoadResult, steadyLoad } from './steady-load.ts'

/** Asked for by the first message; the answer is a `LoadResult`. In a process of its own, so that it costs the server nothing. */
export interface LoadPlan {
  url: string
  seconds: number
  connections: number
  /** Requests per second; as many as it takes where missing. */
  rate?: number
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
  const { rate } = plan
  process.send!(rate ? await steadyLoad({ ...plan, rate, headers, bodies: bodies() }) : await fullLoad(plan))
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
    sent: result.requests.total,
  }
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
