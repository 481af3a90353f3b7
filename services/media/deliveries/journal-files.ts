import { closeSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { journalLine, readJournalLines, type Sent } from './journal-lines.ts'

/**
 * The files of a journal. Writes are plain and at once: what was written survives the end of this process, however it
 * ends. They are not synced: the end of the machine is noticed at the next start, see delivery-journal.ts.
 */
export class JournalFiles {
  readonly #folder: string
  /** Closed files whose content is not told yet. */
  #older: string[]
  #current: { path: string; file: number; sizeBytes: number } | null = null
  #olderBytes = 0
  #number = Date.now()

  constructor(folder: string) {
    this.#folder = folder
    this.#older = readdirSync(folder)
      .filter((name) => name.endsWith('.journal'))
      .sort()
      .map((name) => join(folder, name))
  }

  /** What former files hold. */
  read(): Sent[] {
    return this.#older.flatMap((path) => readJournalLines(readFileSync(path, 'utf8')))
  }

  append(sent: Sent): void {
    this.#current ??= this.#open()
    this.#current.sizeBytes += writeSync(this.#current.file, journalLine(sent))
  }

  /** Further lines go to a new file, so that those before can be dropped together. */
  rotate(): void {
    if (!this.#current) return
    closeSync(this.#current.file)
    this.#older.push(this.#current.path)
    this.#olderBytes += this.#current.sizeBytes
    this.#current = null
  }

  dropOlder(): void {
    for (const path of this.#older) rmSync(path, { force: true })
    this.#older = []
    this.#olderBytes = 0
  }

  get isScattered(): boolean {
    return this.#older.length > 8 || this.#olderBytes + (this.#current?.sizeBytes ?? 0) > mostBytes
  }

  /** Puts everything that is not told into one file instead of all others. */
  replace(untold: Iterable<Sent>): void {
    this.rotate()
    const path = this.#nextPath()
    writeFileSync(`${path}.new`, [...untold].map(journalLine).join(''))
    renameSync(`${path}.new`, path)
    this.dropOlder()
    this.#older = [path]
  }

  close(): void {
    this.rotate()
  }

  #open() {
    const path = this.#nextPath()
    return { path, file: openSync(path, 'a', 0o600), sizeBytes: 0 }
  }

  #nextPath(): string {
    return join(this.#folder, `${String(++this.#number).padStart(16, '0')}.journal`)
  }
}

// Twice what the plays of a full journal take in one file.
const mostBytes = 16 * 1024 * 1024
