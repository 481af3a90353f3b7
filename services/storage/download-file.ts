import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { AppError } from '#contract/errors.ts'
import { diskError } from './disk-errors.ts'
import { SizeCheck } from './size-check.ts'
import type { ObjectInfo } from './storage.ts'

/**
 * Writes an object to a local file that appears only once it is whole. A connection that breaks in the middle is tried
 * again from the start; a missing object and a full disk are not, as trying again would not help.
 */
export async function downloadFile(get: () => Promise<{ info: ObjectInfo; body: Readable }>, path: string) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(get, path)
    } catch (cause) {
      const error = diskError(cause)
      if (error instanceof AppError && error.code !== 'unavailable' && error.code !== 'upload_incomplete') throw error
      if (attempt === maxAttempts) throw new AppError('unavailable', 'The download broke off.', { cause })
      await setTimeout(attempt * pauseMs)
    }
  }
}

const maxAttempts = 3
// Requests are already repeated by the client; this only lets a store that dropped a connection come back.
const pauseMs = 500

async function downloadOnce(get: () => Promise<{ info: ObjectInfo; body: Readable }>, path: string): Promise<void> {
  const part = `${path}.part`
  try {
    const { info, body } = await get()
    await pipeline(body, new SizeCheck(info.sizeBytes), createWriteStream(part))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
