import { setTimeout as pause } from 'node:timers/promises'
import { lossOf } from '#catalog/database-loss.ts'
import type { Logger } from '../../services/program/logger.ts'

/** Something to be done again and again. Each run may be cut short by the signal and may happen twice. */
export interface Task {
  name: string
  everyMs: number
  run(signal: AbortSignal): Promise<void>
}

/** Runs every task in a loop of its own, so that a slow one delays no other. Returns what ends them. */
export function runTasks(tasks: readonly Task[], logger: Logger): () => Promise<void> {
  const stopping = new AbortController()
  const loops = tasks.map((task) => repeat(task, logger, stopping.signal))
  return async () => {
    stopping.abort()
    await Promise.all(loops)
  }
}

async function repeat(task: Task, logger: Logger, signal: AbortSignal): Promise<void> {
  let hasFailed = false
  while (!signal.aborted) {
    try {
      await task.run(signal)
      if (hasFailed) logger.info({ task: task.name }, 'a task works again')
      hasFailed = false
    } catch (error) {
      // The log itself tells when the database is away, and when it is there again, once for all tasks.
      const isOutage = lossOf(error)?.isSure === true
      // One line when it begins: an outage of hours must not fill the log.
      if ((isOutage || !hasFailed) && !signal.aborted)
        logger.warn({ err: error, task: task.name }, 'a task failed and is tried again')
      hasFailed ||= !isOutage
    }
    await pause(task.everyMs, undefined, { signal }).catch(() => {})
  }
}
