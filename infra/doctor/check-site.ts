import { requireSite } from '../worker/require-site.ts'
import { type Check, ok, reasonOf } from './finding.ts'

/** Whether a worker's database and storage are those of one site. */
export function checkSite(stores: { databaseUrl: string; storageUrl: string }): Check {
  return {
    title: 'Site',
    async look() {
      try {
        await requireSite(stores)
        return [ok('database and storage', 'belong together')]
      } catch (error) {
        const advice =
          'Every video that this worker takes would fail. Give it the same DATABASE_URL and STORAGE_URL as npm start.'
        return [{ mark: 'fail', name: 'database and storage', found: reasonOf(error), advice }]
      }
    },
  }
}
