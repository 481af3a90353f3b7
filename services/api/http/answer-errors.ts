import type { ErrorRequestHandler, RequestHandler } from 'express'
import { MulterError } from 'multer'
import { ZodError } from 'zod'
import { AppError, type ErrorBody, errorBody } from '#contract/errors.ts'
import type { Logger } from '../../program/logger.ts'
import { maskPath } from './mask-path.ts'

/** The last handler: every error becomes its code and one sentence; what we did not expect is told to the log only. */
export function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    const known = asAppError(error)
    if (isFault(known))
      logger.error({ err: error, method: request.method, path: maskPath(request.path) }, 'request failed')
    if (response.headersSent) return next(error)
    if (known.status === 503) response.set('Retry-After', '5')
    if (known.status === 429 && !response.get('Retry-After')) response.set('Retry-After', '30')
    response.status(known.status).json(toldBody(known))
  }
}

/** What the caller reads. What a store of ours says of itself, such as its address or our credentials, is for the log. */
export function toldBody(known: AppError): ErrorBody {
  return errorBody(known.code === 'unavailable' && isFault(known) ? away : known)
}

const away = new AppError(
  'unavailable',
  'The storage or the database of this site is away for the moment; try again in a few minutes.',
)

/** A refusal for want of room is no fault of ours; a 503 with a cause is, such as a database that is away. */
function isFault({ status, cause }: AppError): boolean {
  return status >= 500 && !(status === 503 && cause === undefined)
}

export const answerNotFound: RequestHandler = () => {
  throw new AppError('not_found')
}

export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof ZodError) return new AppError('bad_request', sentence(error), { cause: error })
  if (error instanceof MulterError) return fromMulter(error)
  const { type, code, message, status } = (error ?? {}) as Fault
  if (type === 'entity.parse.failed') return new AppError('bad_json')
  if (type === 'entity.too.large') return new AppError('body_too_large')
  if (code === 'ENOSPC' || code === 'EDQUOT') return new AppError('storage_full', undefined, { cause: error })
  if (isAway(error)) return new AppError('unavailable', undefined, { cause: error })
  // busboy reports what is wrong with a multipart body by these messages only.
  if (message === 'Unexpected end of form' || message?.startsWith('Multipart: '))
    return new AppError('upload_incomplete', undefined, { cause: error })
  if (message === 'Malformed part header') return new AppError('bad_request', undefined, { cause: error })
  // PostgreSQL's word for text with a NUL in it.
  if (code === '22021') return new AppError('bad_request', undefined, { cause: error })
  // Express itself refuses some requests, such as paths that are not UTF-8.
  if (status === 400) return new AppError('bad_request', undefined, { cause: error })
  return new AppError('internal', undefined, { cause: error })
}

/** Whether a store could not be asked; libraries wrap that in errors of their own. */
function isAway(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    if (awayCodes.test(code) || awayMessages.test(message)) return true
  }
  return false
}

// The last three are PostgreSQL's: no connection, no more connections, shutting down or starting.
const awayCodes = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|08\w{3}|53300|57P0[123])$/
// The database's client has no codes for these.
const awayMessages = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/

/** What errors of the libraries under us may say of themselves. */
interface Fault {
  type?: string
  code?: string
  message?: string
  status?: number
}

function fromMulter(error: MulterError): AppError {
  if (error.code === 'LIMIT_FILE_SIZE') return new AppError('file_too_large', undefined, { cause: error })
  if (error.code === 'LIMIT_UNEXPECTED_FILE')
    return new AppError('file_missing', 'Send the video in the form field named `file`.', { cause: error })
  return new AppError('bad_request', `The form could not be read: ${error.message}.`, { cause: error })
}

function sentence(error: ZodError): string {
  const [issue] = error.issues
  const field = issue?.path.join('.')
  return field ? `The field ${field} is not right: ${issue?.message}.` : `The request is not right: ${issue?.message}.`
}
