import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Upload } from '@tus/server'
import { writeDurably } from '../../program/durable-file.ts'
import { readNumber } from './read-number.ts'

/**
 * How far each part of an upload is. The parts lie in one file, each from its own place on, so that nothing has to be put
 * together at the end; the length of that file tells nothing, so what counts is noted in a small file for each part.
 */
export class PartProgress {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(id: string, number: number): Promise<number> {
    return readNumber(this.#path(id, number), 0)
  }

  /** Only for bytes that are on disk. */
  async note(id: string, number: number, receivedBytes: number): Promise<void> {
    await writeDurably(this.#path(id, number), String(receivedBytes))
  }

  /** Of all parts together. */
  async sum(id: string, count: number): Promise<number> {
    const each = await Promise.all(Array.from({ length: count }, (_, index) => this.read(id, index + 1)))
    return each.reduce((sum, bytes) => sum + bytes, 0)
  }

  async remove(id: string, count: number): Promise<void> {
    for (let number = 1; number <= count; number++) await rm(this.#path(id, number), { force: true })
  }

  #path(id: string, number: number): string {
    return join(this.#folder, `${id}.part-${number}`)
  }
}

/** In how many parts an upload is sent, as it was agreed when it was created; 0 where it is sent in one. */
export function partCountOf({ metadata }: Pick<Upload, 'metadata'>): number {
  return Number(metadata?.parts ?? 0)
}
