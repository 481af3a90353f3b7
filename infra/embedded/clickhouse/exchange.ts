import { mkdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../../../services/program/read-config.ts'

/**
 * Rows come to the engine and leave it through files, never through strings. That bounds memory whatever the size, carries
 * every format byte for byte, and is faster. And it is needed: the engine takes an empty line in inline data for its end
 * and runs the rest as SQL.
 */
export interface Exchange {
  /** Paths of a request's files; they exist once somebody has written them. */
  open(): { input: string; output: string; remove(): Promise<void> }
}

/** Empties the folder first: whatever is in it belonged to requests of a process that is gone. */
export async function openExchange(folder: string): Promise<Exchange> {
  if (/[*?{}]/.test(folder)) {
    throw new StartError(`ClickHouse reads * ? { } in a path as patterns; choose another folder than ${folder}.`)
  }
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  let last = 0
  return {
    open() {
      const path = join(folder, String(++last))
      const files = { input: `${path}.in`, output: `${path}.out` }
      return { ...files, remove: () => removeBoth(files.input, files.output) }
    },
  }
}

async function removeBoth(...paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => unlink(path).catch(throwUnlessMissing)))
}

function throwUnlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}
