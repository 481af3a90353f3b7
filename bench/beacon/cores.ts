import { execFileSync, spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Where there are two cores and `taskset`, what is measured has the first for itself and all that measures shares the
 * others; else load and server take each other's time, and the ratio says more of the load than of the server.
 */
const cores = availableParallelism()
export const canPin = cores >= 2 && spawnSync('taskset', ['-V']).status === 0

/** Put before a command: one core alone, for a server. */
export function onCore(core: number): string[] {
  return canPin ? ['taskset', '-c', String(core)] : []
}

/** Put before a command: gives way to the load generator beside it, whose own delays would be taken for the server's. */
export const yielding = spawnSync('nice', ['true']).status === 0 ? ['nice', '-n', '19'] : []

/** Moves this process, and all that it starts from now on, to the other cores. Returns what undoes it. */
export function leaveFirstCore(): () => void {
  if (!canPin) return () => {}
  const move = (list: string) =>
    execFileSync('taskset', ['-a', '-c', '-p', list, String(process.pid)], { stdio: 'ignore' })
  move(`1-${cores - 1}`)
  return () => move(`0-${cores - 1}`)
}
