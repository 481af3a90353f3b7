import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '#contract/errors.ts'
import { Changed, importFault } from './import-faults.ts'
import type { ImportLimits } from './import-limits.ts'
import { type Known, openRemote, type RemoteFile } from './open-remote.ts'
import { readRemote } from './read-remote.ts'

/** A break after so much new is a new break; one that brings less each time ends the import. */
const progressBytes = 1024 * 1024
/** Whoever waits for the first byte waits for an answer whether the address is right. */
const mostBeforeFirstByte = 2

/** Tries again after breaks, as often as there are pauses, and from the first again once something came of it. */
export function createPatience(pausesMs: readonly number[], signal: AbortSignal) {
  let used = 0
  let bytesAtBreak = 0
  return {
    /** Waits before the next try. Throws what the owner is to hear where no further try is worth it. */
    async afterBreak(error: unknown, receivedBytes: number): Promise<void> {
      if (signal.aborted) throw signal.reason
      const fault = importFault(error)
      if (fault) throw fault
      if (receivedBytes - bytesAtBreak >= progressBytes) used = 0
      bytesAtBreak = receivedBytes
      const pauseMs = pausesMs[used++]
      if (pauseMs === undefined || (receivedBytes === 0 && used > mostBeforeFirstByte))
        throw new AppError('import_unreachable', undefined, { cause: error })
      await delay(pauseMs, undefined, { signal }).catch(() => {
        throw signal.reason
      })
    },
  }
}
export type Patience = ReturnType<typeof createPatience>

export interface Remote {
  url: string
  limits: ImportLimits
  patience: Patience
  signal: AbortSignal
}

/** Asks until there is an answer worth reading. */
export async function openPatiently(remote: Remote, known: Known | null): Promise<RemoteFile> {
  for (;;) {
    try {
      return await openRemote(remote.url, known, remote.limits, remote.signal)
    } catch (error) {
      await remote.patience.afterBreak(error, known?.offset ?? 0)
    }
  }
}

/**
 * The file's bytes from where `first` begins to their end. After a break it goes on by Range, if the other site can
 * name the very same bytes. Throws Changed where it can't: then all must begin anew.
 */
export async function* resumingBody(first: RemoteFile, remote: Remote): AsyncGenerator<Buffer> {
  const { limits, signal } = remote
  let file = first
  let received = first.startByte
  for (;;) {
    try {
      for await (const chunk of readRemote(file, limits)) {
        received += chunk.length
        if (received > limits.maxBytes) throw new AppError('import_too_large')
        yield chunk
      }
      return
    } catch (error) {
      if (signal.aborted) throw signal.reason
      await remote.patience.afterBreak(error, received)
    }
    if (first.validator === null) throw new Changed('nothing names the bytes')
    if (received === 0) throw new Changed('nothing came')
    file = await openPatiently(remote, { offset: received, validator: first.validator })
    if (file.startByte !== received || !isSame(first, file)) {
      file.body.destroy()
      throw new Changed('other bytes than before')
    }
  }
}

/** Whether two answers are about the same bytes; a part need not name its validator again. */
export function isSame(one: RemoteFile, other: RemoteFile): boolean {
  const isSameSize = one.totalBytes === null || other.totalBytes === null || one.totalBytes === other.totalBytes
  return isSameSize && (other.validator === null || other.validator === one.validator)
}
