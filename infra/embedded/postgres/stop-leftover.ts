import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartError } from '../../../services/program/read-config.ts'

// The system promises to be gone 10 s after SIGTERM, so the polite way may not take all of it.
const politeMs = 3_000
const patienceMs = 8_000

/**
 * After a kill -9 of its parent a PostgreSQL may still own the folder; it is asked to end, since two owners would destroy it.
 * Called outside the user namespace PostgreSQL runs in: a process of one namespace may not signal those of its siblings.
 */
export async function stopLeftover(folder: string): Promise<void> {
  const pid = await ownerOf(folder)
  if (!pid) return
  // SIGINT is PostgreSQL's fast shutdown: transactions are rolled back, everything committed is kept.
  signal(pid, 'SIGINT')
  if (await isGone(folder, politeMs)) return
  // SIGQUIT is the immediate one: nothing committed is lost either, the next start replays its log.
  signal(pid, 'SIGQUIT')
  if (await isGone(folder, patienceMs - politeMs)) return
  throw new StartError(`Another PostgreSQL (process ${pid}) still uses ${folder}; stop it first.`)
}

async function isGone(folder: string, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 100) {
    if (!(await ownerOf(folder))) return true
    await delay(100)
  }
  return false
}

/** Null where nobody runs; the pid in the file alone proves nothing, it may belong to another program by now. */
async function ownerOf(folder: string): Promise<number | null> {
  const file = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(file, 10)
  if (!(pid > 0)) return null
  const isRunning = process.platform === 'linux' ? await isServerOf(folder, pid) : signal(pid, 0)
  return isRunning ? pid : null
}

/** Told by the command line, which everybody may read, whereas `/proc/PID/exe` is closed to other user namespaces. */
async function isServerOf(folder: string, pid: number): Promise<boolean> {
  const [program = '', ...words] = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
  return program.endsWith('postgres') && words[words.indexOf('-D') + 1] === folder
}

/** Whether there was somebody to take it: a server may end between the look and the signal. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
