import type { Logger } from './logger.ts'
import { StartError } from './read-config.ts'

export interface RunningProgram {
  /** Where it listens; told to the parent that started it. */
  port?: number
  /** Finishes what is in flight and lets go of everything; called once. */
  stop(): Promise<void>
}

/** Sent to the parent process over IPC once the program serves. */
export interface ReadyMessage {
  type: 'ready'
  port?: number
}

// The system promises to be gone 10 s after SIGTERM; a program that hangs in stop() must not break that.
const stopTimeoutMs = 8_000

/**
 * Starts a program and ends it on SIGTERM, on SIGINT, or when the parent that started it is gone, so that no child outlives the system.
 * A StartError ends it with its sentence and exit code 1.
 */
export async function runProgram(
  start: () => Promise<RunningProgram>,
  logger?: () => Logger | undefined,
): Promise<void> {
  let running: RunningProgram | undefined
  let isStopping = false

  async function stop(end: (code: number) => void): Promise<void> {
    if (isStopping) return
    isStopping = true
    setTimeout(() => end(1), stopTimeoutMs).unref()
    try {
      await running?.stop()
      end(0)
    } catch (error) {
      logger?.()?.error({ err: error }, 'could not stop cleanly')
      end(1)
    }
  }

  // A parent that was ended in the same moment will not end us either.
  const exit = (code: number) => (process.connected === false ? vanish() : process.exit(code))
  process.on('SIGTERM', () => stop(exit))
  process.on('SIGINT', () => stop(exit))
  if (process.send) process.on('disconnect', () => stop(vanish))
  // The parent may be gone before the line above is reached; nobody would tell us then.
  if (process.connected === false) vanish()

  try {
    running = await start()
    if (isStopping) await running.stop()
    process.send?.({ type: 'ready', port: running.port } satisfies ReadyMessage)
  } catch (error) {
    if (error instanceof StartError) process.stderr.write(`${error.message}\n`)
    else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  }
}

/**
 * Node's own teardown was seen to wait for ever for one of its threads. A parent would end such a process with SIGKILL;
 * a process without one does it itself, once everything is let go of.
 */
function vanish(): void {
  process.kill(process.pid, 'SIGKILL')
}
