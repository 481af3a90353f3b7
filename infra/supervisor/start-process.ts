import { type ChildProcess, spawn } from 'node:child_process'
import { StartError } from '../../services/program/read-config.ts'
import type { ReadyMessage } from '../../services/program/run-program.ts'

export interface ProcessPlan {
  name: string
  /** Path of the program's `main.ts`. */
  program: string
  environment: Record<string, string>
  /** Words put before `node`, such as a wrapper that makes a user namespace. */
  wrapper?: string[]
  nodeOptions?: string[]
  /** Ends what outlives the program when it is killed; called before each start and after each stop. */
  endLeftover?: () => Promise<void>
  /** Receives the program's lines; default: this process's own output. */
  onLine?: (line: string) => void
}

export interface StartedProcess {
  name: string
  pid: number
  port: number | undefined
  /** Resolves when the process is gone, however it ended. */
  exited: Promise<{ code: number | null; signal: string | null }>
  /** SIGTERM, then SIGKILL after the grace period. */
  stop(graceMs?: number): Promise<void>
}

// A program that does not serve yet has nothing in flight to finish.
const startingGraceMs = 2_000

/**
 * Starts a program of ours and resolves once it says that it serves.
 * It gets an IPC channel: when this process dies, however, the channel closes and the program ends itself.
 * `detached` gives it a process group of its own, so that Ctrl-C in a terminal reaches us only and we choose the order.
 * An abort of the signal ends a program that is still starting.
 */
export async function startProcess(plan: ProcessPlan, signal?: AbortSignal): Promise<StartedProcess> {
  await plan.endLeftover?.()
  signal?.throwIfAborted()
  const [command, ...rest] = [
    ...(plan.wrapper ?? []),
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    ...(plan.nodeOptions ?? []),
    plan.program,
  ]
  const child = spawn(command!, rest, {
    env: plan.environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
  // What it says while it starts is the sentence of its failure; said here and in the error it would be said twice.
  let told = ''
  let isReady = false
  const onLine = plan.onLine ?? ((line: string) => process.stdout.write(`${line}\n`))
  forEachLine(child, (line) => {
    if (!isReady) told = `${told}${line}\n`.slice(-4_096)
    if (isReady || plan.onLine || line.startsWith('{')) onLine(line)
  })

  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    child.once('error', () => resolve({ code: 1, signal: null }))
  })
  const ready = new Promise<ReadyMessage>((resolve) => {
    child.on('message', (message: ReadyMessage) => message?.type === 'ready' && resolve(message))
  })
  async function stop(graceMs: number): Promise<void> {
    child.kill('SIGTERM')
    const kill = setTimeout(() => child.kill('SIGKILL'), graceMs)
    await exited
    clearTimeout(kill)
  }
  const giveUp = () => void stop(startingGraceMs)
  signal?.addEventListener('abort', giveUp)
  const first = await Promise.race([ready, exited.then(() => null)])
  signal?.removeEventListener('abort', giveUp)
  if (!first) throw new StartError(sentenceOf(told) || `The ${plan.name} ended while it was starting.`)
  isReady = true
  return {
    name: plan.name,
    pid: child.pid!,
    port: first.port,
    exited,
    async stop(graceMs = 8_000) {
      await stop(graceMs)
      await plan.endLeftover?.()
    },
  }
}

/** A program that knows why it can't start says so in its last line that is no log entry. */
function sentenceOf(told: string): string {
  return told
    .split('\n')
    .filter((line) => line && !line.startsWith('{'))
    .join('\n')
}

function forEachLine(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout!, child.stderr!]) {
    let rest = ''
    stream.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()!.slice(-65_536)
      lines.forEach(onLine)
    })
  }
}
