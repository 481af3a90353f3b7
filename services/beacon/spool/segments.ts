import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../../program/durable-file.ts'
import { decodeRecords } from './record.ts'

/**
 * A file of rows. Its name is never used again anywhere (time and 64 random bits), because batches are recognised by
 * it; it ends in the version of the rows inside, so that a newer program still understands an old spool.
 */
export interface Segment {
  name: string
  rowVersion: number
  /** Bytes that are on disk for sure; the reader goes no farther. */
  durableBytes: number
  /** Nothing will be appended any more. */
  isSealed: boolean
}

export function newSegment(rowVersion: number): Segment {
  const time = Date.now().toString(36).padStart(9, '0')
  const name = `${time}-${randomBytes(8).toString('hex')}.v${rowVersion}.segment`
  return { name, rowVersion, durableBytes: 0, isSealed: false }
}

/** What an earlier run left, oldest first. A tail that was torn by its end is cut off: nobody was told that it is kept. */
export async function recoverSegments(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.segment')).sort()
  const segments: Segment[] = []
  for (const name of names) segments.push(await recoverSegment(folder, name))
  return segments
}

/**
 * A drained segment is kept under another name, so that a ClickHouse that lost power can be filled again from it.
 * One that somebody removed is retired already.
 */
export async function retireSegment(folder: string, segment: Segment): Promise<void> {
  const path = join(folder, segment.name)
  const now = new Date()
  try {
    await utimes(path, now, now)
    await rename(path, path.replace(/\.segment$/, '.drained'))
    await syncFolder(folder)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** Removes drained segments that are old enough, and the oldest of those that together take too much room. */
export async function removeRetired(folder: string, keep: { ms: number; bytes: number }): Promise<void> {
  const retired = await listRetired(folder)
  let bytes = 0
  for (const file of retired) {
    bytes += file.sizeBytes
    if (bytes > keep.bytes || Date.now() - file.retiredAtMs >= keep.ms) await rm(file.path, { force: true })
  }
}

/**
 * Removes drained segments in which any of these texts stands, and counts the segments in which one does that are not
 * drained yet. What a drained one holds is in ClickHouse; it was a second copy.
 */
export async function forgetInSegments(folder: string, texts: readonly string[]): Promise<number> {
  const names = (await readdir(folder)).filter((name) => /\.(drained|segment)$/.test(name))
  let waiting = 0
  for (const name of names) {
    const path = join(folder, name)
    const holds = await holdsAny(path, texts)
    if (holds && name.endsWith('.drained')) await rm(path, { force: true })
    else if (holds !== false) waiting++
  }
  await syncFolder(folder)
  return waiting
}

/** Null for a file that is gone by now: it may have another name, under which nobody looked. */
async function holdsAny(path: string, texts: readonly string[]): Promise<boolean | null> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  return bytes && texts.some((text) => bytes.includes(text))
}

async function recoverSegment(folder: string, name: string): Promise<Segment> {
  const path = join(folder, name)
  const file = await open(path, 'r+')
  try {
    const bytes = await file.readFile()
    const durableBytes = endOfRecords(bytes)
    if (durableBytes < bytes.length) {
      await file.truncate(durableBytes)
      await file.sync()
    }
    return { name, rowVersion: Number(/\.v(\d+)\./.exec(name)?.[1] ?? 1), durableBytes, isSealed: true }
  } finally {
    await file.close()
  }
}

function endOfRecords(bytes: Buffer): number {
  return decodeRecords(bytes).usedBytes
}

/** Newest first. */
async function listRetired(folder: string): Promise<{ path: string; sizeBytes: number; retiredAtMs: number }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.drained')).sort()
  const files = names.reverse().map(async (name) => {
    const path = join(folder, name)
    const { size, mtimeMs } = await stat(path)
    return { path, sizeBytes: size, retiredAtMs: mtimeMs }
  })
  return Promise.all(files)
}
