import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { AppError } from '#contract/errors.ts'
import { blockStream } from '#storage/block-stream.ts'
import type { Checksum } from './checksum.ts'
import { growthStepBytes } from './upload-request.ts'

interface Appending {
  offset: number
  /** More of the body than that is not taken. */
  mostBytes?: number | undefined
  /** Asked after every `growthStepBytes`, with what came so far; where it rejects, no more is taken. */
  requireGrowth?: ((writtenBytes: number) => Promise<void>) | undefined
  /** Of the bytes that it is all about. */
  checksum?: Checksum | undefined
  /** Ends the writing, in order, before the body does. */
  signal?: AbortSignal | undefined
}

export interface Appended {
  writtenBytes: number
  isTooMuch: boolean
  /** What the body broke off with. */
  broken: unknown
}

/**
 * Writes into a file from the offset on; resolves once the bytes are on disk. A body that breaks off, is ended by the
 * signal or is too long is left as it is: an answer may still go out over its connection. So is one that may not grow;
 * that is thrown. Without a checksum, what came before counts. With one, only a whole body does: half of it has another
 * checksum. Throws `checksum_mismatch` where other bytes were written than were meant.
 */
export async function appendBody(body: Readable, path: string, appending: Appending): Promise<Appended> {
  const { checksum } = appending
  const hash = checksum && createHash(checksum.algorithm)
  const file = await open(path, 'r+')
  const appended = await writeBody(body, file, hash, appending).finally(() => file.sync().finally(() => file.close()))
  if (checksum && !hash?.digest().equals(checksum.digest)) throw new AppError('checksum_mismatch')
  return appended
}

async function writeBody(body: Readable, file: FileHandle, hash: Hash | undefined, appending: Appending) {
  const { offset, mostBytes = Number.POSITIVE_INFINITY, requireGrowth, signal } = appending
  const appended: Appended = { writtenBytes: 0, isTooMuch: false, broken: undefined }
  const blocks = blockStream(file, offset)
  const stop = () => blocks.end()
  const goOn = () => body.resume()
  let refusal: unknown
  let askAtBytes = requireGrowth ? growthStepBytes : Number.POSITIVE_INFINITY
  const ask = () => {
    askAtBytes += growthStepBytes
    body.pause()
    requireGrowth?.(appended.writtenBytes).then(goOn, (error) => {
      refusal = error
      stop()
    })
  }
  const take = (chunk: Buffer) => {
    appended.isTooMuch ||= appended.writtenBytes + chunk.length > mostBytes
    if (appended.isTooMuch || blocks.writableEnded) return stop()
    appended.writtenBytes += chunk.length
    hash?.update(chunk)
    if (!blocks.write(chunk)) body.pause()
    if (appended.writtenBytes >= askAtBytes) ask()
  }
  const breakOff = (error?: unknown) => {
    if (!body.readableEnded) appended.broken ??= error ?? new Error('The body broke off.')
    stop()
  }
  if (signal?.aborted || body.readableEnded) stop()
  else if (body.destroyed) breakOff(body.errored)
  signal?.addEventListener('abort', stop)
  body.once('end', stop).on('error', breakOff).once('close', breakOff).on('data', take).resume()
  blocks.on('drain', goOn)
  try {
    await finished(blocks)
    if (refusal) throw refusal
    return appended
  } finally {
    signal?.removeEventListener('abort', stop)
    body.off('end', stop).off('error', breakOff).off('close', breakOff).off('data', take)
  }
}
