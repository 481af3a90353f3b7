interface Sample {
  atMs: number
  bytes: number
}

// Long enough to smooth a stuttering line, short enough to notice that it got faster.
const windowMs = 12_000
// An estimate from less than this swings too wildly to be shown.
const leastMs = 2_000

/** Estimates how long the rest will take, from how fast bytes went out over the last seconds. */
export function createTimeLeft(totalBytes: number) {
  let samples: Sample[] = []

  return {
    /** Tells what has arrived so far; returns milliseconds left, or null while that is a guess. */
    add(bytes: number, atMs: number): number | null {
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

function estimate(samples: Sample[], totalBytes: number): number | null {
  const first = samples[0]!
  const last = samples.at(-1)!
  const elapsedMs = last.atMs - first.atMs
  if (elapsedMs < leastMs || last.bytes === first.bytes) return null
  return ((totalBytes - last.bytes) * elapsedMs) / (last.bytes - first.bytes)
}
