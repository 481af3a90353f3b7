import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { newPlayId, newVideoId } from '#contract/ids.ts'
import { beacon, watched } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'
import { readWatchCounts } from '../services/api/views/watch-counts.ts'
import { pathOf, startBare, startCollector } from './beacon/collector.ts'
import type { LoadPlan, LoadResult } from './beacon/load.ts'
import { type Figure, type GroupOptions, median, pairedRatio, range } from './figure.ts'

/** Durable beacons per second against a server that keeps nothing, and how soon they are answered and counted. */
export async function beaconGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const seconds = quick ? 5 : 15
  const pairs = quick ? 3 : 5
  const collector = await startCollector()
  const bare = await startBare()
  try {
    await load({ url: collector.url, seconds: 3, connections })
    await load({ url: bare.url, seconds: 2, connections })
    const rates = await measureInTurn(collector.url, bare.url, pairs, seconds)
    const rate = median(rates.ours)
    const atFourFifths = await measureLatency(collector.url, pairs, seconds, rate * 0.8)
    const ages = await measureFreshness(collector, seconds * 2, rate * 0.5)
    return [durableRate(rates), latencyFigure(atFourFifths), freshnessFigure(ages)]
  } finally {
    await bare.stop()
    await collector.stop()
  }
}

// Every player and every proxy holds a few of them; a group commit is shared by those that wait at the same time.
const connections = 128

const conditions = 'collector, load and ClickHouse (draining all the while) on one machine'

async function measureInTurn(ours: string, bare: string, pairs: number, seconds: number) {
  const rates = { ours: [] as number[], bare: [] as number[] }
  for (let pair = 0; pair < pairs; pair++) {
    rates.ours.push((await load({ url: ours, seconds, connections })).requestsPerSecond)
    rates.bare.push((await load({ url: bare, seconds, connections })).requestsPerSecond)
  }
  return rates
}

function durableRate({ ours, bare }: { ours: number[]; bare: number[] }): Figure {
  const ratio = pairedRatio(ours, bare)
  return {
    name: 'beacon.durable_rps',
    value: median(ours),
    unit: '1/s',
    baseline: median(bare),
    ratio,
    goal: 'ratio ≥ 0.6',
    met: ratio >= 0.6,
    runs: ours.length,
    note: `${range(ours, '1/s')}; bare node:http ${range(bare, '1/s')}; ${conditions}`,
  }
}

async function measureLatency(url: string, runs: number, seconds: number, rate: number): Promise<number[]> {
  const latencies: number[] = []
  for (let run = 0; run < runs; run++) {
    latencies.push((await load({ url, seconds, connections, rate: Math.round(rate) })).p99Ms)
  }
  return latencies
}

function latencyFigure(latencies: number[]): Figure {
  return {
    name: 'beacon.p99_ms_at_80pct',
    value: median(latencies),
    unit: 'ms',
    baseline: null,
    ratio: null,
    goal: '< 25 ms',
    met: median(latencies) < 25,
    runs: latencies.length,
    note: `${range(latencies, 'ms')}; sent until on disk and answered; ${conditions}`,
  }
}

/** Seconds from the 204 of a beacon until the api's query counts it, for one beacon every 50 ms among the load. */
async function measureFreshness(
  collector: Awaited<ReturnType<typeof startCollector>>,
  seconds: number,
  rate: number,
): Promise<number[]> {
  const videoId = newVideoId()
  const answeredAtMs: number[] = []
  const ages: number[] = []
  const ended = load({ url: collector.url, seconds, connections, rate: Math.round(rate) }).then(() => true)
  const sending = (async () => {
    while (!(await Promise.race([ended, pause(50, false)]))) {
      await sendOne(collector.url, videoId)
      answeredAtMs.push(Date.now())
    }
    return true
  })()
  // Rows are drained in the order in which they were answered, so the n-th to be counted is the n-th that was sent.
  while (ages.length < answeredAtMs.length || !(await Promise.race([sending, pause(20, false)]))) {
    const counted = (await readWatchCounts(collector.client, [videoId])).get(videoId)?.starts ?? 0
    while (ages.length < Math.min(counted, answeredAtMs.length)) {
      ages.push((Date.now() - answeredAtMs[ages.length]!) / 1000)
    }
  }
  return ages
}

function freshnessFigure(ages: number[]): Figure {
  const sorted = [...ages].sort((one, other) => one - other)
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]!
  return {
    name: 'beacon.freshness_p99_s',
    value: p99,
    unit: 's',
    baseline: null,
    ratio: null,
    goal: '≤ 2 s',
    met: p99 <= 2,
    runs: ages.length,
    note: `median ${median(ages).toFixed(2)} s, ${range(ages, 's')}; 204 until counted, at half load; ${conditions}`,
  }
}

async function sendOne(url: string, videoId: string): Promise<void> {
  const body = JSON.stringify(beacon({ token: { videoId, playId: newPlayId() }, state: watched(20) }))
  const answer = await fetch(url, { method: 'POST', body, headers: { 'User-Agent': browser } })
  if (answer.status !== 204) throw new Error(`The collector answered ${answer.status}.`)
}

async function load(plan: LoadPlan): Promise<LoadResult> {
  const generator = fork(pathOf('./load.ts'))
  await once(generator, 'message')
  generator.send(plan)
  const [result] = (await once(generator, 'message')) as [LoadResult]
  if (result.notAnswered204 > connections)
    throw new Error(`${result.notAnswered204} beacons were not answered with 204.`)
  return result
}
