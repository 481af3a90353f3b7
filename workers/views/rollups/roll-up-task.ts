import type { Context } from '../context.ts'
import type { Task } from '../run-tasks.ts'
import { rollUp } from './roll-up.ts'
import { sweepSums } from './sweep-sums.ts'

/** Keeps the sums of closed hours, days and months up to date. */
export function rollUpTask({ clickhouse, logger }: Pick<Context, 'clickhouse' | 'logger'>): Task {
  let lastWholeMs = 0
  let lastMs = 0
  return {
    name: 'roll up hours',
    everyMs: 10_000,
    async run(signal) {
      const nowMs = Date.now()
      // Days and months become ripe by the clock alone; all of them are looked at once an hour.
      const isWhole = Math.floor(nowMs / hourMs) !== Math.floor(lastWholeMs / hourMs)
      const rolled = await rollUp(clickhouse, { nowMs, signal, sinceMs: isWhole ? 0 : lastMs - lookBackMs })
      if (signal.aborted) return
      if (rolled > 0) logger.debug({ stretches: rolled }, 'added up')
      if (isWhole) {
        await sweepSums(clickhouse)
        lastWholeMs = nowMs
      }
      lastMs = nowMs
    },
  }
}

const hourMs = 60 * 60_000

// What was touched in an hour that was not over yet, or was not quiet yet, is found again.
const lookBackMs = 2 * hourMs
