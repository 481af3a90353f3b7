import type { Recording, Spool } from './spool.ts'
import { addBytes, confirmVideo, createUpload, declareWhole, readOffset, UploadRefused } from './tus-requests.ts'

interface Options {
  endpoint: string
  spool: Spool
  /** Told after every change: bytes that are safe on the server, and bytes made so far. */
  onprogress(sentBytes: number, madeBytes: number): void
  /** Told when sending falters (with the reason) and when it goes on (with null). */
  onfault(fault: unknown): void
  /** Waits before the next attempt; ends early when the signal fires. Replaced in tests. */
  pause?(ms: number, signal: AbortSignal): Promise<void>
}

export interface RecordingSender {
  /** Takes the next slice. It is safe in the spool once this resolves; sending goes on by itself. */
  push(slice: Blob): Promise<void>
  /** No more slices will come. Resolves when the server has made a video of everything. */
  finish(): Promise<void>
  /** Stops sending and keeps what is in the spool. */
  close(): void
}

const maxChunkBytes = 4 * 1024 * 1024
const firstDelayMs = 500
const longestDelayMs = 15_000

/**
 * Sends a recording while it is being made: every slice goes into the spool first and from there to the server in order.
 * After any failure it asks the server how far it got and goes on from there, so nothing is sent into a gap, nothing is
 * sent for good twice, and the spool forgets a byte only after the server has it.
 */
export function sendRecording(recording: Recording, options: Options): RecordingSender {
  const { endpoint, spool, onprogress, onfault, pause = pauseUntilOnline } = options
  const { videoId } = recording
  const closing = new AbortController()
  const bell = createBell()

  let madeBytes = 0
  let sentBytes = 0
  let writing: Promise<void> = countHeld()
  const whole = writing.then(run)
  // A refusal is told through onfault and again by finish(); nobody may be listening yet.
  whole.catch(() => {})

  /** What an earlier page left in the spool counts as made. */
  async function countHeld(): Promise<void> {
    madeBytes = await spool.endByte(videoId)
    await spool.save(recording)
  }

  async function run(): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        await sendAll(() => {
          failures = 0
        })
        return
      } catch (error) {
        if (closing.signal.aborted) throw error
        onfault(error)
        if (error instanceof UploadRefused && error.isFinal) throw error
        await pause(Math.min(longestDelayMs, firstDelayMs * 2 ** failures++), closing.signal)
        closing.signal.throwIfAborted()
      }
    }
  }

  /** From wherever the server is to the end; throws on the first failure. */
  async function sendAll(onsent: () => void): Promise<void> {
    const url = await openUpload()
    let { offset, isWhole } = await readOffset(url)
    while (!isWhole) {
      closing.signal.throwIfAborted()
      moved(offset)
      const chunk = await spool.read(videoId, offset, maxChunkBytes)
      if (chunk) {
        offset = await addBytes(url, offset, chunk)
        await spool.drop(videoId, offset)
        onsent()
        onfault(null)
      } else if (recording.isStopped && offset >= madeBytes) {
        await declareWhole(url, offset)
        isWhole = true
      } else {
        await bell.next(closing.signal)
      }
    }
    moved(offset)
    await confirmVideo(url)
    await spool.remove(videoId)
  }

  async function openUpload(): Promise<string> {
    if (recording.uploadUrl) return recording.uploadUrl
    recording.uploadUrl = await createUpload(endpoint, { filename: recording.fileName, videoId })
    await spool.save(recording)
    return recording.uploadUrl
  }

  function moved(offset: number): void {
    sentBytes = offset
    // After a crash the server may hold more than the spool does.
    madeBytes = Math.max(madeBytes, offset)
    onprogress(sentBytes, madeBytes)
  }

  return {
    push(slice) {
      // One after the other: a slice's place is the sum of those before it.
      writing = writing.then(async () => {
        if (slice.size === 0) return
        await spool.append(videoId, madeBytes, slice)
        madeBytes += slice.size
        onprogress(sentBytes, madeBytes)
        bell.ring()
      })
      return writing
    },
    async finish() {
      await writing
      recording.isStopped = true
      await spool.save(recording)
      bell.ring()
      await whole
    },
    close() {
      closing.abort()
    },
  }
}

/** Lets the loop sleep until there is something to do, without missing a ring that came just before. */
function createBell() {
  let wake = () => {}
  let hasRung = false
  return {
    ring() {
      hasRung = true
      wake()
    },
    async next(signal: AbortSignal): Promise<void> {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      hasRung = false
    },
  }
}

/** A dead line comes back with an event; trying at that moment is better than any schedule. */
function pauseUntilOnline(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    const go = () => {
      clearTimeout(timer)
      resolve()
    }
    signal.addEventListener('abort', go, { once: true })
    globalThis.addEventListener?.('online', go, { once: true })
  })
}
