import { isDeepStrictEqual } from 'node:util'
import type { ClickHouseClient } from '@clickhouse/client'
import { AppError } from '#contract/errors.ts'
import { median } from '../figure.ts'
import type { Dataset } from './dataset.ts'
import { type Period, periodsOf } from './periods.ts'
import type { Question } from './questions.ts'
import { countReads, type Read } from './rows-read.ts'
import type { Subject } from './subject.ts'
import type { Warehouse } from './warehouse.ts'

/** How one question about one subject was answered, over all periods. */
export interface Answered {
  question: Question
  subject: Subject
  timesMs: number[]
  /** The longest of them. */
  slowest: { period: Period; ms: number }
  /** What was read for all of the time. */
  read: Read
  allTimeMs: number
  /** Whether a period had more plays than the system counts for one question; it took as long as it may. */
  isRefused: boolean
  /** The same for all of the time from rows that are not rolled up; null where the engine refused or took too long. */
  raw: { ms: number; read: Read; isSame: boolean } | null
}

export interface InTurn {
  ours: number[]
  raw: number[]
}

export interface Effort {
  /** How often each question is asked about each period; slow ones are asked less. */
  runs: number
  nowMs: number
}

export async function measureQuestion(
  warehouse: { clickhouse: ClickHouseClient; raw: ClickHouseClient | null },
  dataset: Dataset,
  question: Question,
  subject: Subject,
  { runs, nowMs }: Effort,
): Promise<Answered> {
  const { clickhouse } = warehouse
  let isRefused = false
  const asker = askerOf(question, subject, nowMs)
  const ask = (client: ClickHouseClient, period: Period) =>
    asker(client, period).catch((error) => {
      if (!(error instanceof AppError && error.code === 'too_many_plays')) throw error
      isRefused = true
    })
  const byPeriod = new Map<string, { period: Period; ms: number }[]>()
  const allTime = periodsOf(dataset, 0)[0]!
  // What the first asking of a question finds cold is not told: the engine's marks, the file cache, the connection.
  let ours: unknown
  const read = await countReads(clickhouse, async () => (ours = await ask(clickhouse, allTime)))
  for (const period of periodsOf(dataset, 0).slice(1)) await ask(clickhouse, period)
  for (let run = 0; run < runs; run++) {
    for (const period of periodsOf(dataset, run)) {
      const known = byPeriod.get(period.name) ?? []
      if (known.length > 0 && known[0]!.ms > slowMs) continue
      byPeriod.set(period.name, [...known, { period, ms: await timeOf(() => ask(clickhouse, period)) }])
    }
  }
  const all = [...byPeriod.values()].flat()
  return {
    question,
    subject,
    timesMs: all.map(({ ms }) => ms),
    slowest: all.reduce((one, other) => (one.ms > other.ms ? one : other)),
    read,
    allTimeMs: median(byPeriod.get(allTime.name)!.map(({ ms }) => ms)),
    isRefused,
    raw: warehouse.raw && (await askRaw(warehouse.raw, (client) => asker(client, allTime), ours)),
  }
}

/** Asks the question about a period. */
function askerOf(question: Question, subject: Subject, nowMs: number) {
  return (client: ClickHouseClient, { fromMs, toMs }: Period): Promise<unknown> => {
    const period = { ...(fromMs === undefined ? {} : { fromMs }), ...(toMs === undefined ? {} : { toMs }) }
    const filter = { ...period, ...question.filter?.(subject) }
    return question.ask(client, { videoIds: subject.videoIds, filter }, { nowMs, subject })
  }
}

/** The slowest answer again, in turn with raw rows; the raw list ends where the engine refuses. */
export async function measureInTurn(
  { clickhouse, raw }: Warehouse,
  { question, subject, slowest }: Answered,
  { runs, nowMs }: Effort,
): Promise<InTurn> {
  const ask = askerOf(question, subject, nowMs)
  const times: InTurn = { ours: [], raw: [] }
  for (let run = 0; run < runs; run++) {
    times.ours.push(await timeOf(() => ask(clickhouse, slowest.period).catch(() => null)))
    const rawMs = await timeOf(() => ask(raw, slowest.period)).catch(() => null)
    if (rawMs !== null) times.raw.push(rawMs)
  }
  return times
}

// A question that takes this long is asked once about each period.
const slowMs = 2_000

async function askRaw(
  raw: ClickHouseClient,
  ask: (client: ClickHouseClient) => Promise<unknown>,
  ours: unknown,
): Promise<Answered['raw']> {
  try {
    let answer: unknown
    let ms = 0
    const read = await countReads(raw, async () => {
      ms = await timeOf(async () => (answer = await ask(raw)))
    })
    return { ms, read, isSame: isDeepStrictEqual(answer, ours) }
  } catch {
    return null
  }
}

export async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

/** The nearest rank: of 25 times the second longest is the 95th percentile. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!
}
