/** What waits to be written, under keys; callers put more into it at any time. */
export interface WriteTogether<Value> {
  waiting(): Map<string, Value>
  /** Writes what is still in memory. */
  stop(): Promise<void>
}

interface Options<Value> {
  write(batch: Map<string, Value>): Promise<void>
  /** What could not be written is dropped once this was told. */
  failed(error: unknown, batch: Map<string, Value>): void
  everyMs?: number
}

// A kill loses what was noted within this time; only what nothing else rests on is written so.
const writeEveryMs = 1_000

/** Keeps what callers note in memory, so that noting costs them nothing, and writes it together, one batch after the other. */
export function writeTogether<Value>(options: Options<Value>): WriteTogether<Value> {
  let waiting = new Map<string, Value>()
  let writing: Promise<void> = Promise.resolve()

  function writeAll(): Promise<void> {
    if (waiting.size === 0) return writing
    const batch = waiting
    waiting = new Map()
    writing = writing.then(() => options.write(batch)).catch((error) => options.failed(error, batch))
    return writing
  }

  const timer = setInterval(writeAll, options.everyMs ?? writeEveryMs)
  timer.unref()
  return {
    waiting: () => waiting,
    stop() {
      clearInterval(timer)
      return writeAll()
    },
  }
}
