import { constants } from 'node:os'

/** bubblewrap and shells tell of a signal that ended their child by a code of their own: 128 and its number. */
export function endingSignal(code: number | null): string | null {
  const signal = fatal.find((name) => code === 128 + constants.signals[name])
  return signal ?? null
}

// Named, because ffmpeg's own codes are above 128 too.
const fatal = ['SIGKILL', 'SIGXCPU', 'SIGXFSZ', 'SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE'] as const
