import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../../services/program/logger.ts'
import { type ProcessPlan, type StartedProcess, startProcess } from './start-process.ts'

export interface KeptProcess {
  name: string
  /** Null while it is being started again. */
  current(): StartedProcess | null
  /** Resolves with its port as soon as it serves, or rejects after the patience. */
  whenReady(patienceMs: number): Promise<number>
  stop(graceMs: number): Promise<void>
}

/** Grows with each start that ended early, so that a program that can't run does not eat the machine. */
const pausesMs = [0, 250, 1_000, 3_000, 10_000]
/** A program that ran this long is well again. */
const wellAfterMs = 30_000

/** Starts a program and starts it again whenever it ends. Rejects where its first start fails. */
export async function keepRunning(plan: ProcessPlan, logger: Logger): Promise<KeptProcess> {
  let current: StartedProcess | null = await startProcess(plan)
  const stopping = new AbortController()
  const isStopping = () => stopping.signal.aborted
  let waiting: ((port: number) => void)[] = []
  const loop = watch(current)

  async function watch(first: StartedProcess): Promise<void> {
    let running = first
    let early = 0
    while (!isStopping()) {
      const startedAt = performance.now()
      const end = await running.exited
      current = null
      if (isStopping()) return
      early = performance.now() - startedAt > wellAfterMs ? 0 : Math.min(early + 1, pausesMs.length - 1)
      logger.warn({ program: plan.name, ...end }, 'program ended; starting it again')
      const next = await startAgain(pausesMs[early - 1] ?? 0)
      if (!next) return
      running = next
    }
  }

  async function startAgain(pauseMs: number): Promise<StartedProcess | null> {
    for (let attempt = 0; !isStopping(); attempt++) {
      await pause(Math.max(pauseMs, pausesMs[Math.min(attempt, pausesMs.length - 1)]!))
      if (isStopping()) return null
      try {
        const started = await startProcess(plan, stopping.signal)
        current = started
        if (isStopping()) await started.stop(0)
        for (const tell of waiting.splice(0)) tell(started.port ?? 0)
        return started
      } catch (error) {
        if (isStopping()) return null
        logger.error({ program: plan.name, err: error }, 'program could not be started again')
      }
    }
    return null
  }

  /** Ends early when the process is to be stopped. */
  async function pause(pauseMs: number): Promise<void> {
    await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
  }

  return {
    name: plan.name,
    current: () => current,
    async whenReady(patienceMs) {
      if (current) return current.port ?? 0
      return new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => {
          waiting = waiting.filter((entry) => entry !== tell)
          reject(new Error(`${plan.name} is not back yet`))
        }, patienceMs)
        function tell(port: number) {
          clearTimeout(giveUp)
          resolve(port)
        }
        waiting.push(tell)
      })
    },
    async stop(graceMs) {
      stopping.abort()
      await current?.stop(graceMs)
      await loop
      // Where it died of itself or was still starting, nobody has looked yet.
      await plan.endLeftover?.()
    },
  }
}
