import { openTrial, storageCases } from '../../services/storage/contract/try-storage.ts'
import { type Check, type Finding, ok, reasonOf } from './finding.ts'

/**
 * Tries every promise of a storage on the owner's own, under a prefix that is removed again, also when the signal ends it
 * in the middle.
 */
export function checkStorage(url: string, where: string, signal: AbortSignal): Check {
  return {
    title: `Storage (${where})`,
    async look() {
      const trial = await openTrial(url).catch((error: unknown) => error as Error)
      if (trial instanceof Error) return [unreachable(trial)]
      try {
        await trial.storage.check()
      } catch (error) {
        // What can't be reached can't be cleaned; nothing was put there yet.
        await trial.close().catch(() => {})
        return [unreachable(error)]
      }
      const findings: Finding[] = []
      const cases = await storageCases(url)
      try {
        for (const { title, otherwise, run } of cases) {
          if (signal.aborted) break
          await run(trial).catch((error) => {
            const advice = `It should hold that ${title}. ${otherwise}`
            findings.push({ mark: 'fail', name: 'a promise', found: `is not kept: ${reasonOf(error)}`, advice })
          })
        }
      } finally {
        await trial.close()
      }
      const kept = `${cases.length - findings.length} of ${cases.length} are kept`
      return findings.length === 0
        ? [ok('promises', `all ${cases.length} are kept`)]
        : [ok('promises', kept), ...findings]
    },
  }
}

function unreachable(error: unknown): Finding {
  const advice = 'Nothing can be uploaded or watched. Correct STORAGE_URL, or what it names.'
  return { mark: 'fail', name: 'connection', found: reasonOf(error), advice }
}
