import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../services/program/read-config.ts'

/**
 * Takes the folder for this process and gives the way to let go of it. Throws a StartError where a living process has it.
 * The lock is a file with the process id and, where /proc tells it, when that process started: after a crash the same
 * id may belong to anybody.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, 'system.pid')
  const mine = `${process.pid} ${(await lookAt(process.pid))?.startedAt ?? ''}`.trim()
  for (let attempt = 0; attempt < 3; attempt++) {
    if (await create(file, mine)) return () => release(file, mine)
    const theirs = await readFile(file, 'utf8').catch(() => null)
    if (theirs === null) continue
    if (await isHeld(theirs))
      throw new StartError(
        `The data folder ${folder} is in use by another start (process ${Number.parseInt(theirs, 10)}); stop that one first.`,
      )
    await removeStale(file, theirs)
  }
  throw new StartError(`The data folder ${folder} is being started twice at this moment; try again.`)
}

/** What disks without hard links say, such as exFAT and some shared folders; there the lock is written in place. */
const linkless = new Set<string | undefined>(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

/** Nobody ever sees it half written: a link is made whole or, where the name is taken, not at all. */
async function create(file: string, text: string): Promise<boolean> {
  const draft = besides(file)
  await writeFile(draft, text)
  try {
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (!linkless.has(error.code)) throw error
      return writeFile(file, text, { flag: 'wx' })
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(draft, { force: true })
  }
}

/** Two starts may find the same stale lock; the slower of them must not remove what the faster has put in its place. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = besides(file)
  try {
    await rename(file, aside)
  } catch {
    return
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

async function release(file: string, mine: string): Promise<void> {
  if ((await readFile(file, 'utf8').catch(() => null)) === mine) await rm(file, { force: true })
}

/** This process's own id is that of a former self: a container gives every start the same one. */
async function isHeld(lock: string): Promise<boolean> {
  const [pid, startedAt] = lock.split(' ')
  if (!(Number(pid) > 0) || Number(pid) === process.pid) return false
  const found = await lookAt(Number(pid))
  if (!found) return answers(Number(pid))
  return found.isAlive && (!startedAt || found.startedAt === startedAt)
}

/** Null where /proc does not tell. Fields as in proc(5); the second may hold spaces, so they are counted from its bracket. */
async function lookAt(pid: number): Promise<{ isAlive: boolean; startedAt: string } | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (stat === null) return null
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { isAlive: fields[0] !== 'Z', startedAt: fields[19]! }
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function besides(file: string): string {
  return `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
}
