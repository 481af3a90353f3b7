import { startBare, startCollector } from './beacon/collector.ts'
import { canPin, leaveFirstCore } from './beacon/cores.ts'
import { measureFreshness } from './beacon/freshness.ts'
import { cpuSeconds, rssMb } from './beacon/process-cost.ts'
import { runLoad } from './beacon/run-load.ts'
import { type Figure, type GroupOptions, median, pairedRatio, range } from './figure.ts'

type Collector = Awaited<ReturnType<typeof startCollector>>

/** Durable beacons per second against a server that keeps nothing, how soon they are answered and counted, and what that costs. */
export async function beaconGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const seconds = quick ? 5 : 15
  const pairs = quick ? 3 : 5
  const comeBack = leaveFirstCore()
  const collector = await startCollector()
  const bare = await startBare()
  try {
    await runLoad({ url: collector.url, seconds: 3, connections })
    await runLoad({ url: bare.url, seconds: 2, connections })
    const rates = await measureInTurn(collector.url, bare.url, pairs, seconds)
    const rate = median(rates.ours)
    return [
      durableRate(rates),
      await latency({ ours: collector.url, bare: bare.url }, pairs, seconds, rate * 0.8),
      freshness(await measureFreshness(collector, { seconds: seconds * 2, rate: Math.round(rate * 0.5), connections })),
      await growth(collector, rate * 0.5, quick ? 30 : 600),
      await scaling(collector, rate * 0.25, pairs, seconds),
    ]
  } finally {
    await bare.stop()
    await collector.stop()
    comeBack()
  }
}

// Every player and every proxy holds a few of them; a group commit is shared by those that wait at the same time.
const connections = 256

const conditions = canPin
  ? 'server alone on one core; load and ClickHouse, which drains all the while, on the others, load first'
  : 'server, load and ClickHouse, which drains all the while, on the same cores'

async function measureInTurn(ours: string, bare: string, pairs: number, seconds: number) {
  const rates = { ours: [] as number[], bare: [] as number[] }
  for (let pair = 0; pair < pairs; pair++) {
    rates.ours.push((await runLoad({ url: ours, seconds, connections })).requestsPerSecond)
    rates.bare.push((await runLoad({ url: bare, seconds, connections })).requestsPerSecond)
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

/** The bare server at the same rate tells how much of it is the load generator and the machine. */
async function latency(urls: { ours: string; bare: string }, runs: number, seconds: number, rate: number) {
  const p99 = { ours: [] as number[], bare: [] as number[] }
  const load = { seconds, connections, rate: Math.round(rate) }
  for (let run = 0; run < runs; run++) {
    p99.ours.push((await runLoad({ url: urls.ours, ...load })).p99Ms)
    p99.bare.push((await runLoad({ url: urls.bare, ...load })).p99Ms)
  }
  const value = median(p99.ours)
  const note = `${range(p99.ours, 'ms')}; bare node:http at the same rate ${range(p99.bare, 'ms')}; from when it was due until on disk and answered; ${conditions}`
  const name = 'beacon.p99_ms_at_80pct'
  return { ...single(name, value, 'ms'), baseline: median(p99.bare), goal: '< 25 ms', met: value < 25, runs, note }
}

function freshness(ages: number[]): Figure {
  const sorted = [...ages].sort((one, other) => one - other)
  const p99 = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.99))]!
  const note = `median ${median(ages).toFixed(2)} s, ${range(ages, 's')}; 204 until counted, at half load; ${conditions}`
  return { ...single('beacon.freshness_p99_s', p99, 's'), goal: '≤ 2 s', met: p99 <= 2, runs: ages.length, note }
}

/** The first tenth of the time fills caches and heaps and is not counted. */
async function growth(collector: Collector, rate: number, seconds: number): Promise<Figure> {
  const load = { url: collector.url, connections, rate: Math.round(rate) }
  await runLoad({ ...load, seconds: Math.ceil(seconds / 10) })
  const before = await rssMb(collector.pid)
  await runLoad({ ...load, seconds })
  const grown = (await rssMb(collector.pid)) - before
  const note = `from ${before.toFixed(0)} MB, in ${seconds} s at half load`
  return { ...single('beacon.rss_growth_mb_10min', grown, 'MB'), goal: '< 20 MB', met: grown < 20, runs: 1, note }
}

/**
 * Whether a second collector doubles what can be taken. To see it at once takes four cores: two for the collectors, two
 * for the load. So each has a core of its own and takes a quarter of its full load, first alone and then beside the
 * other, with a spool of its own and one ClickHouse and one disk for both; what tells is whether a beacon then costs more
 * processor time. The second shares its core with load and ClickHouse, alone as well as beside the first. It does not
 * show a disk or a ClickHouse that could not keep up with twice the beacons of full load.
 */
async function scaling(collector: Collector, rate: number, pairs: number, seconds: number): Promise<Figure> {
  const second = await collector.startSecond(1)
  const both = [collector, second]
  const alone: number[] = []
  const together: number[] = []
  try {
    await costs([second], rate, 3)
    for (let pair = 0; pair < pairs; pair++) {
      alone.push(mean([...(await costs([collector], rate, seconds)), ...(await costs([second], rate, seconds))]))
      together.push(mean(await costs(both, rate, seconds)))
    }
  } finally {
    await second.stop()
  }
  const factors = together.map((cost, pair) => (2 * alone[pair]!) / cost)
  const factor = median(factors)
  const note = `${range(factors, '×')}; by processor time: ${median(alone).toFixed(1)} µs per beacon alone, ${median(together).toFixed(1)} µs beside the other, ${Math.round(rate)} beacons a second each`
  return { ...single('beacon.two_process_scaling', factor, '×'), goal: '≥ 1.8', met: factor >= 1.8, runs: pairs, note }
}

/** Processor time of a beacon in each collector while all are under load, in microseconds. */
async function costs(collectors: { url: string; pid: number }[], rate: number, seconds: number): Promise<number[]> {
  return Promise.all(
    collectors.map(async ({ url, pid }) => {
      const before = await cpuSeconds(pid)
      const { sent } = await runLoad({ url, seconds, connections, rate: Math.round(rate) })
      return (((await cpuSeconds(pid)) - before) / sent) * 1e6
    }),
  )
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** A figure that has no baseline. */
function single(
  name: string,
  value: number,
  unit: string,
): Pick<Figure, 'name' | 'value' | 'unit' | 'baseline' | 'ratio'> {
  return { name, value, unit, baseline: null, ratio: null }
}
