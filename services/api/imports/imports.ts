import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import type { UploadPlace } from '../uploads/upload-place.ts'
import { claimImport, forgetImports } from './claim-import.ts'
import { forgetPartials } from './forget-partials.ts'
import { type ImportLimits, importLimits } from './import-limits.ts'
import { type ImportParts, runImport } from './run-import.ts'

export interface Imports {
  /** There is something new to fetch. */
  wake(): void
  /** Hands back what is under way; another process, or the next start, goes on with it. */
  stop(): Promise<void>
}

/** Of one process. They share its line with uploads and viewers. */
const atOnce = 4
// Woken by whoever asks for an import in this process; others, and those of dead processes, are found by looking.
const lookEveryMs = 2_000
const tidyEveryMs = 60 * 60 * 1000

/** Fetches what people asked to import, some at a time, from the list in the database that outlives every process. */
export function createImports(
  context: Pick<Context, 'catalog' | 'config' | 'logger' | 'storage'>,
  place: UploadPlace,
  limits: ImportLimits = importLimits(context.config),
): Imports {
  const { catalog, config, logger, storage } = context
  const parts: ImportParts = { catalog, config, logger, storage, limits, place }
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  let looking: Promise<void> | null = null
  let isWoken = false

  function wake(): void {
    isWoken = true
    looking ??= look().finally(() => {
      looking = null
      if (isWoken && !stopping.signal.aborted) wake()
    })
  }

  async function look(): Promise<void> {
    isWoken = false
    try {
      while (running.size < atOnce && !stopping.signal.aborted) if (!(await startOne())) return
    } catch (error) {
      logger.warn({ err: error }, 'could not look for imports')
    }
  }

  async function startOne(): Promise<boolean> {
    // A name for each claim, not for the process: its own earlier claim may be one that it lost.
    const holder = randomUUID()
    const row = await claimImport(catalog.database, holder)
    if (!row) return false
    const run = runImport(parts, row, { id: row.id, holder }, stopping.signal).finally(() => {
      running.delete(run)
      wake()
    })
    running.add(run)
    return true
  }

  async function tidy(): Promise<void> {
    await forgetImports(catalog.database).catch((error) => logger.warn({ err: error }, 'could not forget old imports'))
    await forgetPartials(parts).catch((error) => logger.warn({ err: error }, 'could not look for lost imports'))
  }

  const timers = [setInterval(wake, lookEveryMs), setInterval(tidy, tidyEveryMs)]
  wake()
  void tidy()
  return {
    wake,
    async stop() {
      for (const timer of timers) clearInterval(timer)
      stopping.abort()
      await looking
      await Promise.all(running)
    },
  }
}
