import type { Readable } from 'node:stream'
import type { Request } from 'express'
import type { StorageEngine } from 'multer'
import { AppError } from '#contract/errors.ts'
import type { Storage } from '#storage/storage.ts'
import { newSourceKey } from './upload-source.ts'

interface StoredFile extends Express.Multer.File {
  storageKey: string
}

interface FormStorage {
  storage: Storage
  /** Rejects where such a file is not to be stored. */
  look?: (body: Readable) => Promise<void>
}

interface Put {
  body: Readable
  put: Promise<unknown>
}

const puts = new WeakMap<object, Put>()
const refusals = new WeakMap<object, (error: AppError) => void>()

/** Files of forms go straight into storage, under keys of their own; nothing of a body is held in memory. */
export function formStorage({ storage, look }: FormStorage): StorageEngine {
  return {
    _handleFile(request, file, done) {
      const storageKey = newSourceKey()
      const put = Promise.resolve(look?.(file.stream)).then(() => storage.put(storageKey, file.stream))
      puts.set(request, { body: file.stream, put })
      put.then(
        (info) => done(null, { size: info.sizeBytes, storageKey } as Partial<StoredFile>),
        (error) => {
          if (error instanceof AppError) refusals.get(request)?.(error)
          done(error)
        },
      )
    },
    _removeFile(_request, file, done) {
      storage.deletePrefix((file as StoredFile).storageKey).then(() => done(null), done)
    },
  }
}

/** The key of the file that came with a form, or null where none did. */
export function storedKeyOf({ file }: Pick<Request, 'file'>): string | null {
  return file ? (file as StoredFile).storageKey : null
}

/** Why the bytes could not be stored: the parser of forms hears only that nobody reads on, and hears it first. */
export async function faultOf(request: Request, error: unknown): Promise<unknown> {
  if (!(error instanceof Error && error.name === 'AbortError')) return error
  return puts.get(request)?.put.then(
    () => error,
    (fault) => fault,
  )
}

/** Is told at once where a file can't be stored; the parser of forms says so only at the end of the body. */
export function onRefusedFile(request: Request, refuse: (error: AppError) => void): void {
  refusals.set(request, refuse)
}

/** Stores nothing more of the file that is coming. */
export function stopStoring(request: Request, error: AppError): void {
  puts.get(request)?.body.destroy(error)
}
