import { FileSending, failedOf } from '#web/sending/file-sending.ts'
import { judgeFailure, retryPauseMs } from '#web/sending/judge-failure.ts'
import { waitUntilOnline } from '#web/sending/wait-until-online.ts'

/** Why it is ended by who leaves the page: what was sent stays, and the same file goes on from there. */
export const left = Symbol('left')

/**
 * Sends a file that takes the place of a video's; goes on by itself after a lost connection, and where an earlier try with
 * the same file stopped. Rejects when it is refused or the signal is aborted.
 */
export async function sendReplacement(
  file: File,
  { videoId, signal, onprogress }: { videoId: string; signal: AbortSignal; onprogress: (sentBytes: number) => void },
): Promise<void> {
  const tus = await import('tus-js-client')
  // The same file may be on its way to become a video of its own.
  const name = ['replace', videoId, file.name, file.size, file.lastModified].join('-')
  const upload = new tus.Upload(file, {
    endpoint: '/api/uploads',
    retryDelays: null,
    removeFingerprintOnSuccess: true,
    fingerprint: async () => name,
    metadata: { filename: file.name, replaces: videoId },
  })
  const [previous = null] = await upload.findPreviousUploads().catch(() => [])
  const sending = new FileSending(upload, previous)
  try {
    await sendPatiently(sending, { onprogress, signal })
  } catch (error) {
    if (signal.aborted && signal.reason !== left) await sending.discard().catch(() => {})
    throw error
  }
}

async function sendPatiently(sending: FileSending, { onprogress, signal }: Parameters<FileSending['send']>[0]) {
  let sentBytes = 0
  for (let failures = 0; ; ) {
    const before = sentBytes
    const told = (bytes: number) => {
      sentBytes = bytes
      onprogress(bytes)
    }
    try {
      return await sending.send({ onprogress: told, signal })
    } catch (error) {
      if (signal.aborted || judgeFailure(failedOf(error))) throw error
      failures = sentBytes > before ? 1 : failures + 1
      await waitUntilOnline(retryPauseMs(failures), signal)
    }
  }
}
