// Long enough to smooth a stuttering line, short enough to notice that it changed.
const windowMs = 8_000

/** Bytes per second over the last seconds. */
export function createSpeed() {
  let samples: { atMs: number; bytes: number }[] = []
  return {
    add(bytes: number, atMs: number): number {
      samples = [...samples.filter((sample) => atMs - sample.atMs <= windowMs), { atMs, bytes }]
      const first = samples[0]!
      return atMs > first.atMs ? Math.round(((bytes - first.bytes) * 1_000) / (atMs - first.atMs)) : 0
    },
  }
}
