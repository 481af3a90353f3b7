import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeDurably } from './durable-file.ts'
import { StartError } from './read-config.ts'

/**
 * Two processes in one folder would cut each other's files, so the folder names the process that owns it.
 * Throws a StartError while that process lives; one that was killed is recognised by its number and its start time.
 */
export async function ownFolder(folder: string): Promise<{ release(): Promise<void> }> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'owner')
  const owner = await readFile(path, 'utf8').catch(() => '')
  const [pid = '', startedAt] = owner.split(' ')
  if (pid && (await startTime(Number(pid))) === startedAt) {
    throw new StartError(`The folder ${folder} belongs to the running process ${pid}; give each program its own.`)
  }
  await writeDurably(path, `${process.pid} ${await startTime(process.pid)}`)
  return { release: () => rm(path, { force: true }) }
}

/** When a process started, in the system's own unit; '' where there is none. Without /proc, whether it is there at all. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The second field is the program's name in brackets and may hold spaces; the start time is the 22nd field of all.
  if (stat) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch {
    return ''
  }
}
