import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { freePort } from '../infra/free-port.ts'
import { until } from '../tests/support/until.ts'

export interface WholeSystem {
  url: string
  port: number
  startedInMs: number
  /** Proportional set size in MB by program. */
  memoryMb(): Promise<Map<string, number>>
  stop(): Promise<void>
}

/** Starts `infra/up.ts` as a user's `npm start` does, on a free port. */
export async function startWholeSystem(
  dataFolder: string,
  environment: Record<string, string> = {},
): Promise<WholeSystem> {
  const port = await freePort()
  const startedAt = performance.now()
  const child = spawn(process.execPath, ['infra/up.ts'], {
    env: { ...process.env, ...environment, PORT: String(port), DATA_DIR: dataFolder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  await until(
    async () => said,
    (text) => text.includes('QQVideo is ready') || child.exitCode !== null,
  )
  if (child.exitCode !== null) throw new Error(`the system did not start: ${said}`)
  return {
    url: `http://localhost:${port}`,
    port,
    startedInMs: performance.now() - startedAt,
    memoryMb: () => memoryOf(child.pid!),
    stop: () => stop(child),
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}

/** Of a process and everything below it; workers of PostgreSQL are added up under one name. */
export async function memoryOf(root: number): Promise<Map<string, number>> {
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    if (stat) parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const sizes = new Map<string, number>()
  for (const pid of parents.keys()) {
    if (!isBelow(pid, root, parents)) continue
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    const kilobytes = Number(rollup.match(/^Pss:\s+(\d+)/m)?.[1] ?? 0)
    const name = await nameOf(pid)
    sizes.set(name, (sizes.get(name) ?? 0) + kilobytes / 1024)
  }
  return sizes
}

function isBelow(pid: number, root: number, parents: Map<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true
  return false
}

async function nameOf(pid: number): Promise<string> {
  const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  const program = words.find((word) => word.endsWith('.ts'))
  if (program) return program.replace(/.*\/(\w+)\/(?:main|up)\.ts$/, '$1')
  return words[0]?.includes('postgres') ? 'postgres server' : (words[0] ?? '')
}
