interface Sample {
  atMs: number
  bytes: number
}

export interface Speed {
  bytesPerSecond: number
  leftMs: number
}

// Long enough to smooth a stuttering line, short enough to notice that it got faster.
const windowMs = 12_000
// An estimate from less than this swings too wildly to be shown.
const leastMs = 2_000

/** Tells how fast bytes went out over the last seconds, and how long the rest will take at that speed. */
export function createSendingSpeed(totalBytes: number) {
  let samples: Sample[] = []

  return {
    /** Takes what has arrived so far; null while anything said would be a guess. */
    add(bytes: number, atMs: number): Speed | null {
      // After a resume fewer bytes may be sure than were on their way: measure anew.
      if (samples.some((sample) => sample.bytes > bytes)) samples = []
      samples = [...samples.filter((sample) => atMs - sample.atMs <= windowMs), { atMs, bytes }]
      return estimate(samples, totalBytes)
    },
    /** A pause is not slowness. */
    forget() {
      samples = []
    },
  }
}

function estimate(samples: Sample[], totalBytes: number): Speed | null {
  const first = samples[0]!
  const last = samples.at(-1)!
  const elapsedMs = last.atMs - first.atMs
  if (elapsedMs < leastMs || last.bytes === first.bytes) return null
  const bytesPerMs = (last.bytes - first.bytes) / elapsedMs
  return { bytesPerSecond: bytesPerMs * 1_000, leftMs: (totalBytes - last.bytes) / bytesPerMs }
}
