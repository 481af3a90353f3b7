import { randomUUID } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { copyFile, type FileHandle, link, lstat, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#contract/errors.ts'
import { blockStream } from './block-stream.ts'
import { checkKey } from './check-key.ts'
import { codeOf, diskError } from './disk-errors.ts'
import { DurableFolders, syncFolder } from './durable-folders.ts'
import { filesUnder, removeEmptyAbove, sweepOlderThan } from './folder-walk.ts'
import { NotPlainError, openPlainFile } from './plain-file.ts'
import { checkedBody } from './size-check.ts'
import type { ByteRange, ObjectInfo, Storage } from './storage.ts'

/** Opens a folder as storage, makes it if needed, and sweeps what crashed writers left behind more than a day ago. */
export async function openDiskStorage(root: string): Promise<Storage> {
  try {
    await mkdir(join(root, temporaryFolder), { recursive: true })
    await sweepOlderThan(join(root, temporaryFolder), Date.now() - leftoverAgeMs)
  } catch (error) {
    throw diskError(error)
  }
  return new DiskStorage(root)
}

// In the same file system as the objects, so that a rename is enough; no key starts with a dot.
const temporaryFolder = '.temporary'
// A writer that still writes touches its file more often than this.
const leftoverAgeMs = 24 * 60 * 60 * 1000

// Another disk, a file system without links or with too many of one, and files of another user.
const linkless = new Set(['EXDEV', 'EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

class DiskStorage implements Storage {
  readonly #root: string
  readonly #folders: DurableFolders

  constructor(root: string) {
    this.#root = root
    this.#folders = new DurableFolders(root)
  }

  async put(
    key: string,
    body: Readable | Uint8Array,
    options: { contentType?: string; sizeBytes?: number } = {},
  ): Promise<ObjectInfo> {
    const target = this.#path(key)
    const checked = checkedBody(body, options.sizeBytes)
    try {
      return await this.#place(key, target, (file) => pipeline(checked, blockStream(file)))
    } finally {
      checked.destroy()
    }
  }

  async adoptFile(key: string, path: string): Promise<ObjectInfo> {
    const target = this.#path(key)
    try {
      const stats = await syncFile(path)
      await this.#folders.moveInto(path, target)
      return describe(key, stats)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return this.#adoptedBefore(key)
      if (codeOf(error) === 'EXDEV') return this.#adoptByCopy(key, path, target)
      throw diskError(error)
    }
  }

  async get(key: string, range?: ByteRange): Promise<{ info: ObjectInfo; body: Readable }> {
    try {
      const { file, stats } = await openPlainFile(this.#path(key))
      return { info: describe(key, stats), body: await readStream(file, range) }
    } catch (error) {
      throw error instanceof NotPlainError ? new AppError('not_found') : diskError(error)
    }
  }

  async head(key: string): Promise<ObjectInfo | null> {
    try {
      const stats = await lstat(this.#path(key), { bigint: true })
      return stats.isFile() ? describe(key, stats) : null
    } catch (error) {
      const known = diskError(error)
      if (known instanceof AppError && known.code === 'not_found') return null
      throw known
    }
  }

  async *list(prefix: string): AsyncIterable<ObjectInfo> {
    const folder = prefix === '' ? this.#root : this.#path(prefix)
    for await (const path of filesUnder(folder)) {
      const info = await this.head(relative(this.#root, path).split(sep).join('/'))
      if (info) yield info
    }
  }

  async download(key: string, path: string): Promise<void> {
    const part = `${path}.part`
    try {
      // A copy-on-write clone where the file system has them: private, at once, and without a second set of blocks.
      await copyFile(this.#path(key), part, constants.COPYFILE_FICLONE)
      await rename(part, path)
    } catch (error) {
      await rm(part, { force: true })
      throw diskError(error)
    }
  }

  /** A second name for the same file: objects are replaced as a whole and never written to. */
  async lend(key: string, path: string): Promise<boolean> {
    try {
      const object = this.#path(key)
      if (!(await lstat(object)).isFile()) return false
      await link(object, path)
      return true
    } catch (error) {
      if (linkless.has(codeOf(error) ?? '')) return false
      throw diskError(error)
    }
  }

  async deletePrefix(prefix: string): Promise<void> {
    const path = this.#path(prefix)
    const grave = this.#temporaryPath()
    try {
      // Gone at once and as a whole; if the second step never happens, the sweep at the next opening does it.
      await rename(path, grave)
      this.#folders.forgetAll()
      await syncFolder(dirname(path))
      await rm(grave, { recursive: true, force: true })
    } catch (error) {
      const known = diskError(error)
      if (!(known instanceof AppError) || known.code !== 'not_found') throw known
    }
    await removeEmptyAbove(path, this.#root)
  }

  /** What lies there has no key yet. */
  async sweepUnfinished(beforeMs: number): Promise<void> {
    await sweepOlderThan(join(this.#root, temporaryFolder), beforeMs)
  }

  async check(): Promise<void> {
    const path = this.#temporaryPath()
    try {
      await fillFile(path, (file) => file.writeFile('can be written'))
      await rm(path)
    } catch (cause) {
      const known = diskError(cause)
      if (known instanceof AppError && known.code === 'storage_full')
        throw new AppError('storage_full', `The disk of the storage folder ${this.#root} is full.`, { cause })
      const code = codeOf(cause) ?? String(cause)
      throw new AppError('unavailable', `The storage folder ${this.#root} can't be written (${code}).`, { cause })
    }
  }

  async close(): Promise<void> {}

  #path(key: string): string {
    return join(this.#root, checkKey(key))
  }

  #temporaryPath(): string {
    return join(this.#root, temporaryFolder, randomUUID())
  }

  async #place(key: string, target: string, fill: (file: FileHandle) => Promise<void>): Promise<ObjectInfo> {
    const temporary = this.#temporaryPath()
    try {
      const stats = await fillFile(temporary, fill)
      await this.#folders.moveInto(temporary, target)
      return describe(key, stats)
    } catch (error) {
      await rm(temporary, { force: true })
      throw diskError(error)
    }
  }

  /** The copy is durable before the original goes; a crash between the two is mended by doing it all again. */
  async #adoptByCopy(key: string, path: string, target: string): Promise<ObjectInfo> {
    const { file } = await openPlainFile(path)
    try {
      const info = await this.#place(key, target, (copy) => pipeline(file.createReadStream(), blockStream(copy)))
      await rm(path, { force: true })
      return info
    } finally {
      await file.close()
    }
  }

  async #adoptedBefore(key: string): Promise<ObjectInfo> {
    const info = await this.head(key)
    if (!info) throw new AppError('not_found', 'The file to take over is gone and was not stored before.')
    return info
  }
}

async function fillFile(path: string, fill: (file: FileHandle) => Promise<void>): Promise<BigIntStats> {
  const file = await open(path, 'wx')
  try {
    await fill(file)
    await file.sync()
    return await file.stat({ bigint: true })
  } finally {
    await file.close()
  }
}

async function syncFile(path: string): Promise<BigIntStats> {
  const { file, stats } = await openPlainFile(path)
  try {
    await file.sync()
    return stats
  } finally {
    await file.close()
  }
}

/** The stream closes the file; where none can be made of such a range, we do. */
async function readStream(file: FileHandle, range?: ByteRange): Promise<Readable> {
  try {
    return file.createReadStream({ start: range?.start ?? 0, end: range?.end })
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Every write makes a new inode; its number, the size and the nanosecond of the last write name the bytes. */
function describe(key: string, stats: BigIntStats): ObjectInfo {
  const etag = `"${[stats.size, stats.mtimeNs, stats.ino].map((value) => value.toString(36)).join('-')}"`
  return { key, sizeBytes: Number(stats.size), etag, modifiedAtMs: Number(stats.mtimeMs) }
}
