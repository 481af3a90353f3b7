import { openDatabase } from '#catalog/open-catalog.ts'
import { openStorage } from '#storage/open-storage.ts'
import { reach } from '../../services/program/reach.ts'
import { StartError } from '../../services/program/read-config.ts'
import { systemConfig } from '../config.ts'
import { findRunning } from '../running-note.ts'
import { findDifferences } from './find-differences.ts'
import { tellDifferences } from './tell-differences.ts'

/**
 * `npm run reconcile [-- --json]`: holds the rows and the stored objects against each other, as after a backup was restored.
 * Deletes and changes nothing. Ends with 1 where bytes are missing.
 */
const dayMs = 24 * 60 * 60 * 1000

try {
  const config = systemConfig()
  const running = await findRunning(config.DATA_DIR)
  const databaseUrl = config.DATABASE_URL ?? running?.databaseUrl
  const storageUrl = config.STORAGE_URL ?? running?.storageUrl
  if (!databaseUrl || !storageUrl) throw new StartError('Start the system first (npm start); this looks beside it.')
  const storage = await reach('The storage of STORAGE_URL', openStorage(storageUrl))
  const { database } = openDatabase({ databaseUrl, onError: console.error, isReadOnly: true })
  try {
    await reach('The database of DATABASE_URL', database.selectFrom('video').select('id').limit(1).execute())
    const differences = await findDifferences({ database, storage }, new Date(Date.now() - dayMs))
    const isJson = process.argv.includes('--json')
    process.stdout.write(isJson ? `${JSON.stringify(differences, null, 2)}\n` : tellDifferences(differences))
    process.exitCode = differences.missing.length > 0 ? 1 : 0
  } finally {
    await database.destroy()
    await storage.close()
  }
} catch (error) {
  const told = error instanceof StartError ? error.message : error
  console.error(
    isOfOlderTables(error) ? 'The database is of an older version: start the system once (npm start).' : told,
  )
  process.exitCode = 1
}

/** Tables or columns are missing; bringing them up to date is not for who only looks. */
function isOfOlderTables(error: unknown): boolean {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: string }
  return code === '42P01' || code === '42703'
}
