import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { stderrKeeper } from './clean-stderr.ts'
import { endingSignal } from './ending-signal.ts'
import { type Fences, launchLine } from './launch-line.ts'
import { sourceName } from './source-name.ts'
import { type FolderLimits, type Overflow, watchFolder } from './watch-folder.ts'

/** What every run on this machine shares. */
export interface Toolbox extends FolderLimits {
  searchPath: string
  fences: Fences
  /** Where programs lie that are not among the system's own. */
  toolFolders: string[]
  /** Whether ffmpeg can make bright HDR pictures into ones for ordinary screens. */
  canToneMap: boolean
  threads: number
  maxMemoryMb: number
  maxFileMb: number
  maxProcesses: number
}

export interface GuardedRun {
  /** The job's private folder, which becomes the working directory and the only one that can be written. */
  folder: string
  /** A file in it that is only read, as the video's source always is. */
  source?: string
  /** Wall-clock seconds after which the process group is killed. */
  maxSeconds: number
  signal?: AbortSignal
  /** Hears all complaints, of which only the last are kept. */
  onComplaint?: (chunk: Buffer) => void
}

export interface End {
  code: number | null
  killedBy: string | null
  /** By the clock on the wall, or by what the processors counted. */
  isOutOfTime: boolean
  /** It was killed because of what it wrote. */
  overflow: Overflow | null
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
  const maxCpuSeconds = run.maxSeconds * toolbox.threads
  // The original is in the folder also where something else is read.
  const shared = [...new Set([sourceName, ...(run.source ? [run.source] : [])])]
  const place = { folder: run.folder, toolFolders: toolbox.toolFolders, shared }
  const [program, ...rest] = [...launchLine(toolbox.fences, { ...toolbox, maxCpuSeconds }, place), ...words]
  const startedAtMs = performance.now()
  const child = spawn(program!, rest, {
    cwd: run.folder,
    env: { PATH: toolbox.searchPath, LANG: 'C', AV_LOG_FORCE_NOCOLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that whatever it starts dies with it.
    detached: true,
  })
  const stderr = stderrKeeper()
  child.stderr.on('data', (chunk: Buffer) => {
    stderr.add(chunk)
    run.onComplaint?.(chunk)
  })
  child.stdout.setEncoding('utf8').on('data', onText)
  const watch = watchFolder(run.folder, toolbox, () => killGroup(child))
  const end = await endOf(child, run).finally(() => watch.stop())
  const killedBy = end.killedBy ?? endingSignal(end.code)
  const spentSeconds = ((performance.now() - startedAtMs) / 1_000) * availableParallelism()
  // The kernel's way of saying that the processor time is used up looks like any other kill.
  const isOutOfCpu = killedBy === 'SIGXCPU' || (killedBy === 'SIGKILL' && spentSeconds >= Math.ceil(maxCpuSeconds))
  const isOutOfTime = end.isOutOfTime || (isOutOfCpu && !run.signal?.aborted)
  return { code: end.code, killedBy, isOutOfTime, overflow: watch.overflow(), stderr: stderr.text() }
}

async function endOf(child: ChildProcess, run: GuardedRun): Promise<Pick<End, 'code' | 'killedBy' | 'isOutOfTime'>> {
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
