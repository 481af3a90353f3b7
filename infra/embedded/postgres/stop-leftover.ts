import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartError } from '../../../services/program/read-config.ts'

/** After a kill -9 of its parent a PostgreSQL may still own the folder; it is asked to end, since two owners would destroy it. */
export async function stopLeftover(folder: string): Promise<void> {
  const pid = await ownerOf(folder)
  if (!pid) return
  // SIGINT is PostgreSQL's fast shutdown: transactions are rolled back, everything committed is kept.
  process.kill(pid, 'SIGINT')
  for (let waitedMs = 0; waitedMs < 8_000; waitedMs += 100) {
    if (!(await ownerOf(folder))) return
    await delay(100)
  }
  throw new StartError(`Another PostgreSQL (process ${pid}) still uses ${folder}; stop it first.`)
}

/** Null where nobody runs; the pid in the file alone proves nothing, it may belong to another program by now. */
async function ownerOf(folder: string): Promise<number | null> {
  const file = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(file, 10)
  if (!(pid > 0)) return null
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '')
  const isRunning = program ? program.endsWith('/postgres') : await answers(pid)
  return isRunning ? pid : null
}

/** For systems without /proc. */
async function answers(pid: number): Promise<boolean> {
  if (process.platform === 'linux') return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
