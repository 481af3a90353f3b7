import { openCatalog } from '#catalog/open-catalog.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { ApiConfig } from '../../services/api/config.ts'
import { createImports } from '../../services/api/imports/imports.ts'
import { openPlace } from '../../services/api/uploads/open-place.ts'
import { createLogger } from '../../services/program/logger.ts'
import { testLimits } from './import-limits.ts'

// Imports in a process of their own, to be killed: `node import-worker.ts <settings as JSON>`.
const { databaseUrl, ...config } = JSON.parse(process.argv[2]!) as ApiConfig & { databaseUrl: string }
const catalog = await openCatalog({ databaseUrl, onError: () => {} })
const storage = await openStorage(config.STORAGE_URL)
const context = { catalog, config, storage, logger: createLogger('imports', 'silent') }
createImports(context, await openPlace(context), { ...testLimits, idleMs: 60_000, slowMs: 60_000 })
