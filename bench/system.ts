import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sourceFiles } from '../tests/support/imports.ts'
import { until } from '../tests/support/until.ts'
import { type Figure, type GroupOptions, median, range } from './figure.ts'
import { startWholeSystem, type WholeSystem } from './whole-system.ts'

/** The whole system as `npm start` runs it: how soon it serves again, and what it holds while nobody asks for anything. */
export async function systemGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-bench-'))
  try {
    const first = await startWholeSystem(folder)
    await first.stop()
    const starts: number[] = []
    let idle = 0
    let parts = ''
    const runs = quick ? 3 : 5
    for (let run = 0; run < runs; run++) {
      const system = await startWholeSystem(folder)
      starts.push(system.startedInMs / 1000)
      if (run === runs - 1) ({ idle, parts } = await idleMemory(system))
      await system.stop()
    }
    return [
      {
        name: 'system.warm_start_s',
        value: median(starts),
        unit: 's',
        baseline: null,
        ratio: null,
        goal: '≤ 10',
        met: median(starts) <= 10,
        runs,
        note: `${range(starts, 's')}, from the command to the first answer`,
      },
      {
        name: 'system.idle_mb',
        value: idle,
        unit: 'MB',
        baseline: null,
        ratio: null,
        goal: '≤ 900',
        met: idle <= 900,
        runs: 1,
        note: `proportional set size (PSS) of all processes; ${parts}`,
      },
      await packages(),
      await lines(),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Shared pages are counted once, by their proportional share; memory is read when it has stopped falling. */
async function idleMemory(system: WholeSystem): Promise<{ idle: number; parts: string }> {
  let last = Number.POSITIVE_INFINITY
  const sizes = await until(
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      return system.memoryMb()
    },
    (now) => {
      const total = [...now.values()].reduce((sum, size) => sum + size, 0)
      const isStill = Math.abs(total - last) < 5
      last = total
      return isStill
    },
  )
  const parts = [...sizes].map(([name, size]) => `${name} ${Math.round(size)}`).join(', ')
  return { idle: last, parts }
}

async function packages(): Promise<Figure> {
  const { stdout } = await promisify(execFile)('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    maxBuffer: 64 * 1024 ** 2,
  }).catch((error: { stdout: string }) => error)
  const value = stdout.trim().split('\n').length - 1
  const note = 'installed without development dependencies, on this kind of machine'
  return {
    name: 'system.packages',
    value,
    unit: 'packages',
    baseline: null,
    ratio: null,
    goal: '≤ 400',
    met: value <= 400,
    runs: 1,
    note,
  }
}

async function lines(): Promise<Figure> {
  const files = await sourceFiles(process.cwd())
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const counts = texts.map((text) => text.split('\n').length)
  const value = counts.reduce((sum, count) => sum + count, 0)
  const note = `${files.length} files of TypeScript and Svelte, the median one ${median(counts)} lines, tests among them`
  return { name: 'system.lines', value, unit: 'lines', baseline: null, ratio: null, goal: '', met: null, runs: 1, note }
}
