import { isTranscodeBusy } from '#catalog/is-transcode-busy.ts'
import type { Context } from '../context.ts'

const lookEveryMs = 1_000

export interface Idleness {
  /** Aborted a second or two after something that people wait for has arrived. */
  signal: AbortSignal
  end(): void
}

/** Watches the queue while something is made that nobody waits for. */
export function whileIdle({ catalog }: Pick<Context, 'catalog'>): Idleness {
  const busy = new AbortController()
  async function look(): Promise<void> {
    // A database that is away for a moment is nobody's work; the next look tells more.
    const isBusy = await isTranscodeBusy(catalog.database).catch(() => false)
    if (isBusy) busy.abort(new NotIdle())
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  return { signal: busy.signal, end: () => clearInterval(timer) }
}

/** Other work has come. */
export class NotIdle extends Error {
  override name = 'NotIdle'
  override message = 'other work has come'
}
