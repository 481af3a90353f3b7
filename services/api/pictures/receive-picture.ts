import type { RequestHandler } from 'express'
import multer, { MulterError } from 'multer'
import { AppError } from '#contract/errors.ts'
import { maxPictureBytes } from '#contract/pictures.ts'
import type { Storage } from '#storage/storage.ts'
import { faultOf, formStorage } from '../uploads/form-storage.ts'

/**
 * Reads the field `image` of a form into storage, beside the sources, where nothing is served from; other bodies pass.
 * What it is, is not looked at here but behind the fences of the worker.
 */
export function receivePicture(storage: Storage): RequestHandler {
  const receive = multer({
    storage: formStorage({ storage }),
    limits: { fileSize: maxPictureBytes, files: 1, fields: 0, parts: 1 },
  }).single('image')
  return (request, response, next) => {
    receive(request, response, (error: unknown) => {
      const isTooLarge = error instanceof MulterError && error.code === 'LIMIT_FILE_SIZE'
      if (isTooLarge) next(new AppError('file_too_large', 'The picture is larger than 10 MB; send a smaller one.'))
      else void faultOf(request, error).then(next)
    })
  }
}
