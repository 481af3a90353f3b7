import type { Request, RequestHandler } from 'express'
import multer, { MulterError, type StorageEngine } from 'multer'
import { AppError } from '#contract/errors.ts'
import { maxPictureBytes } from '#contract/pictures.ts'
import type { Storage } from '#storage/storage.ts'
import { newSourceKey } from '../uploads/upload-source.ts'

interface StoredPicture extends Express.Multer.File {
  storageKey: string
}

/**
 * Reads the field `image` of a form into storage, beside the sources, where nothing is served from; other bodies pass.
 * What it is, is not looked at here but behind the fences of the worker.
 */
export function receivePicture(storage: Storage): RequestHandler {
  const receive = multer({
    storage: intoStorage(storage),
    limits: { fileSize: maxPictureBytes, files: 1, fields: 0, parts: 1 },
  }).single('image')
  return (request, response, next) => {
    receive(request, response, (error: unknown) => {
      const isTooLarge = error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE'
      next(isTooLarge ? new AppError('file_too_large', 'The picture is larger than 10 MB; send a smaller one.') : error)
    })
  }
}

/** The key of the picture that came, or null where none did. */
export function pictureKeyOf({ file }: Request): string | null {
  return file ? (file as StoredPicture).storageKey : null
}

function intoStorage(storage: Storage): StorageEngine {
  return {
    _handleFile(_request, file, done) {
      const storageKey = newSourceKey()
      storage.put(storageKey, file.stream).then(
        (info) => done(null, { size: info.sizeBytes, storageKey } as Partial<StoredPicture>),
        (error) => done(error),
      )
    },
    _removeFile(_request, file, done) {
      storage.deletePrefix((file as StoredPicture).storageKey).then(() => done(null), done)
    },
  }
}
