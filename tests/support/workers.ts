import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'
import { testEnvironment } from './transcoder-bench.ts'
import { until } from './until.ts'

const program = new URL('../../workers/transcoder/main.ts', import.meta.url).pathname

/** A real transcoder in a process of its own, which a test may kill. */
export async function startWorker(
  site: { folder: string; databaseUrl: string },
  name: string,
  settings: Record<string, string> = {},
  nodeOptions: string[] = [],
  onLine: (line: string) => void = () => {},
): Promise<StartedProcess> {
  const own = { WORKER_NAME: name, THREADS: '1', MAKE_SMALLER: 'false', PATH: process.env.PATH! }
  const environment = { ...testEnvironment(site.folder, site.databaseUrl), ...own, ...settings }
  return startProcess({ name, program, environment, nodeOptions, onLine })
}

/** Processes that were started by this one, and by those in turn. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,ppid='])
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  const found = [pid]
  for (const parent of found) for (const [child, of] of rows) if (of === parent) found.push(child!)
  return found.slice(1)
}

/** Whether a process does anything still; one that ended may wait as a zombie for whoever inherits it. */
export async function isAtWork(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}

export async function isStopped(pid: number): Promise<boolean> {
  return / T /.test((await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')).replace(/\(.*\)/, ''))
}

/** Resolves when none of them is at work any more. */
export async function areGone(pids: number[]): Promise<void> {
  for (const pid of pids)
    await until(
      () => isAtWork(pid),
      (atWork) => !atWork,
      10_000,
    )
}
