import { openCatalog } from '#catalog/open-catalog.ts'
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
  const catalog = await reach('The database of DATABASE_URL', openCatalog({ databaseUrl, onError: console.error }))
  try {
    const differences = await findDifferences({ database: catalog.database, storage }, new Date(Date.now() - dayMs))
    const isJson = process.argv.includes('--json')
    process.stdout.write(isJson ? `${JSON.stringify(differences, null, 2)}\n` : tellDifferences(differences))
    process.exitCode = differences.missing.length > 0 ? 1 : 0
  } finally {
    await catalog.close()
    await storage.close()
  }
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exitCode = 1
}
