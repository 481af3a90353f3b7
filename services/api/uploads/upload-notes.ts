import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configstore } from '@tus/file-store'
import { Upload } from '@tus/server'
import { codeOf } from '#storage/disk-errors.ts'
import { writeDurably } from '../../program/durable-file.ts'

type Note = NonNullable<Awaited<ReturnType<Configstore['get']>>>

/**
 * What is known of each unfinished upload on disk, a JSON file each. A note is whole or not there, however the process
 * ended: half a note would make its upload, and with tus's own store the clean-up of all others, fail for ever.
 */
export class UploadNotes implements Configstore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async get(id: string): Promise<Note | undefined> {
    try {
      return new Upload(JSON.parse(await readFile(this.#path(id), 'utf8')))
    } catch (error) {
      if (codeOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined
      throw error
    }
  }

  async set(id: string, note: Note): Promise<void> {
    await writeDurably(this.#path(id), JSON.stringify(note))
  }

  async delete(id: string): Promise<void> {
    await rm(this.#path(id), { force: true })
  }

  async list(): Promise<string[]> {
    const names = await readdir(this.#folder)
    return names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length))
  }

  #path(id: string): string {
    return join(this.#folder, `${id}.json`)
  }
}
