import { AppError } from '#contract/errors.ts'
import { within } from '../within.ts'
import { Broken } from './import-faults.ts'
import type { ImportLimits } from './import-limits.ts'
import type { RemoteFile } from './open-remote.ts'

/**
 * The body's chunks, as fast as they are taken. Throws Broken where the other site falls silent, is held back, or ends
 * too early. Only waiting for the other site is counted against it, not the time that storing takes.
 */
export async function* readRemote(file: RemoteFile, limits: ImportLimits): AsyncGenerator<Buffer> {
  const { body } = file
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const pace = createPace(limits)
  let isFirst = file.startByte === 0
  try {
    for (;;) {
      const chunk = await pace.next(chunks)
      if (chunk === null) break
      if (isFirst && isWebPage(chunk, file.isHtml)) throw new AppError('import_web_page')
      isFirst = false
      yield chunk
    }
    if (!body.complete) throw new Broken('the body ended early')
  } finally {
    body.destroy()
  }
}

function createPace({ idleMs, slowMs, leastBytes }: ImportLimits) {
  let waitedMs = 0
  let bytes = 0
  return {
    async next(chunks: AsyncIterator<Buffer>): Promise<Buffer | null> {
      const before = performance.now()
      const { done, value } = await within(chunks.next(), idleMs, () => new Broken('silence'))
      if (done) return null
      waitedMs += performance.now() - before
      bytes += value.length
      if (bytes >= leastBytes) waitedMs = bytes = 0
      if (waitedMs > slowMs) throw new Broken('held back')
      return value
    },
  }
}

/** No video begins with an angle bracket. */
function isWebPage(start: Buffer, isCalledHtml: boolean): boolean {
  const text = start
    .subarray(0, 1_024)
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase()
  return (isCalledHtml && text.startsWith('<')) || /^<(!doctype html|html)\b/.test(text)
}
