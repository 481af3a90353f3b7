import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fileName = 'whole-since'

/** Nothing is written down from now on, or something was not: whoever opens the folder next begins anew. */
export function forgetWholeness(folder: string): void {
  const path = join(folder, fileName)
  try {
    rmSync(path, { force: true })
  } catch {
    empty(path)
  }
}

/** In a folder that lets no file be deleted, a file may still be ours; a folder that is none has no such file. */
function empty(path: string): void {
  try {
    truncateSync(path)
  } catch {}
}

/**
 * Since when the journal lacks nothing, on disk. It begins anew with a new folder, when the machine was started again
 * (it may have lost what was written last), and whenever something could not be written.
 */
export class WholeSince {
  readonly #folder: string
  readonly #path: string
  #atMs: number
  #boot = bootId()

  constructor(folder: string) {
    this.#folder = folder
    this.#path = join(folder, fileName)
    const [atMs, boot] = read(this.#path).split(' ')
    this.#atMs = boot === this.#boot ? Number(atMs) : Date.now()
    this.#write()
  }

  get atMs(): number {
    return this.#atMs
  }

  /** Something was lost just now; said of the next seconds too, so that it need not be written each time. */
  lost(): void {
    if (this.#atMs > Date.now()) return
    this.#atMs = Date.now() + aheadMs
    this.#write()
  }

  #write(): void {
    try {
      writeFileSync(`${this.#path}.new`, `${this.#atMs} ${this.#boot}`)
      renameSync(`${this.#path}.new`, this.#path)
    } catch {
      // A full disk still deletes. What the file says now is no longer true, and a folder without it is a new one.
      forgetWholeness(this.#folder)
    }
  }
}

const aheadMs = 10_000

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Differs after each start of the machine; where the system has none, every start of the program counts as one. */
function bootId(): string {
  return read('/proc/sys/kernel/random/boot_id').trim() || crypto.randomUUID()
}
