import { type ChildProcess, spawn } from 'node:child_process'
import { stderrKeeper } from './clean-stderr.ts'
import { type Fences, launchLine } from './launch-line.ts'

/** What every run on this machine shares. */
export interface Toolbox {
  searchPath: string
  fences: Fences
  /** Whether ffmpeg can make bright HDR pictures into ones for ordinary screens. */
  canToneMap: boolean
  threads: number
  maxMemoryMb: number
  maxFileMb: number
}

export interface GuardedRun {
  /** The job's private folder, which becomes the working directory. */
  folder: string
  /** Wall-clock seconds after which the process group is killed. */
  maxSeconds: number
  signal?: AbortSignal
}

export interface End {
  code: number | null
  killedBy: string | null
  isOutOfTime: boolean
  /** The last 4 kB of complaints, clean. */
  stderr: string
}

/** Runs a program behind the fences and resolves with how it ended; rejects where it can't be started at all. */
export async function runGuarded(
  toolbox: Toolbox,
  run: GuardedRun,
  words: string[],
  onText: (text: string) => void,
): Promise<End> {
  run.signal?.throwIfAborted()
  const limits = { ...toolbox, maxCpuSeconds: run.maxSeconds * toolbox.threads }
  const [program, ...rest] = [...launchLine(toolbox.fences, limits), ...words]
  const child = spawn(program!, rest, {
    cwd: run.folder,
    env: { PATH: toolbox.searchPath, LANG: 'C', AV_LOG_FORCE_NOCOLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that whatever it starts dies with it.
    detached: true,
  })
  const stderr = stderrKeeper()
  child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk))
  child.stdout.setEncoding('utf8').on('data', onText)
  const end = await endOf(child, run)
  return { ...end, stderr: stderr.text() }
}

async function endOf(child: ChildProcess, run: GuardedRun): Promise<Omit<End, 'stderr'>> {
  let isOutOfTime = false
  const kill = () => killGroup(child)
  const clock = setTimeout(() => {
    isOutOfTime = true
    kill()
  }, run.maxSeconds * 1_000)
  run.signal?.addEventListener('abort', kill, { once: true })
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, killedBy) => resolve({ code, killedBy, isOutOfTime }))
    })
  } finally {
    clearTimeout(clock)
    run.signal?.removeEventListener('abort', kill)
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // Already gone.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
