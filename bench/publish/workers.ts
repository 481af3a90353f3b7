import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Figure, median, pairedRatio, range, round } from '../figure.ts'
import { memoryOf } from '../whole-system.ts'
import type { BenchClip } from './clips.ts'
import { defaultWorkers, openSite, type WorkerPlan } from './open-site.ts'

/** Each on a processor of its own, with one thread; parts short enough that each gets several. */
function bound(count: number, partS: number): WorkerPlan[] {
  const environment = { THREADS: '1', PART_SECONDS: String(partS) }
  return Array.from({ length: count }, (_, core) => ({ wrapper: ['taskset', '-c', String(core)], environment }))
}

/** Two workers beside one, in turn; and from both what a video takes that can't be shared out. */
export async function measureTwoWorkers(folder: string, clip: BenchClip, quick: boolean): Promise<Figure> {
  const partS = quick ? 3 : 6
  const seconds: { two: number[]; one: number[] } = { two: [], one: [] }
  for (let run = 0; run < (quick ? 1 : 3); run++) {
    seconds.two.push(await secondsWith(join(folder, `two-${run}`), bound(2, partS), clip))
    seconds.one.push(await secondsWith(join(folder, `one-${run}`), bound(1, partS), clip))
  }
  const ratio = pairedRatio(seconds.two, seconds.one)
  const hasCores = availableParallelism() >= 2
  return {
    name: 'ladder.workers_2',
    value: median(seconds.two),
    unit: 's',
    baseline: median(seconds.one),
    ratio,
    goal: 'ratio ≤ 0.6 where cores allow',
    met: hasCores ? ratio <= 0.6 : null,
    runs: seconds.two.length,
    note: `${clip.what}, parts of ${partS} s, each worker on one core of ${availableParallelism()}; two ${range(seconds.two, 's')}, one ${range(seconds.one, 's')}; ${onPaper(median(seconds.one), ratio)}`,
  }
}

/** Amdahl: what two can share and what they can't, and so what more could do with a core each. */
function onPaper(oneS: number, ratio: number): string {
  const sharedS = Math.max(0, Math.min(oneS, 2 * (oneS - oneS * ratio)))
  const alone = oneS - sharedS
  const told = [4, 8, 16].map((count) => `${count} workers ${round(alone + sharedS / count)} s`)
  return `on paper ${round(alone)} s can't be shared, so ${told.join(', ')}`
}

async function secondsWith(folder: string, plans: WorkerPlan[], clip: BenchClip): Promise<number> {
  const site = await openSite(folder, plans)
  try {
    return await site.secondsUntil(clip.path, 'ready')
  } finally {
    await site.close()
  }
}

const sampleEveryMs = 250

/** Of all workers and whatever they started together, while one video is made. */
export async function measureMemory(folder: string, clip: BenchClip): Promise<Figure> {
  const plans = defaultWorkers()
  const site = await openSite(join(folder, 'memory'), plans)
  let [peakMb, idleMb, samples, isOver] = [0, 0, 0, false]
  async function sum(): Promise<number> {
    const each = await Promise.all(site.workers.map(({ pid }) => memoryOf(pid)))
    return each.flatMap((sizes) => [...sizes.values()]).reduce((total, size) => total + size, 0)
  }
  try {
    idleMb = await sum()
    const made = site.secondsUntil(clip.path, 'ready').finally(() => {
      isOver = true
    })
    while (!isOver) {
      peakMb = Math.max(peakMb, await sum())
      samples++
      await delay(sampleEveryMs)
    }
    await made
  } finally {
    await site.close()
  }
  return {
    name: 'ladder.peak_mb',
    value: peakMb,
    unit: 'MB',
    baseline: null,
    ratio: null,
    goal: 'written down',
    met: null,
    runs: 1,
    note: `${clip.what}; ${plans.length} workers with all that they start, shared pages shared out, ${samples} samples; idle ${round(idleMb)} MB`,
  }
}
