import { createLogger } from '../../services/program/logger.ts'
import type { TranscoderConfig } from '../../workers/transcoder/config.ts'
import type { Context } from '../../workers/transcoder/context.ts'
import { emptyWorkFolder } from '../../workers/transcoder/workspace.ts'
import { testToolbox } from './toolbox.ts'
import { testConfig } from './transcoder-bench.ts'
import type { TestSite } from './transcoder-site.ts'

/** For tests: what a transcoder of this site holds, without a queue's worker. */
export async function openTestContext(site: TestSite, more: Partial<TranscoderConfig> = {}): Promise<Context> {
  const config = { ...testConfig(site.folder, site.databaseUrl), ...more }
  const logger = createLogger('test', 'silent')
  await emptyWorkFolder(config.workFolder)
  return {
    config,
    catalog: site.catalog,
    storage: site.storage,
    logger,
    toolbox: await testToolbox(config),
    stopping: new AbortController().signal,
  }
}
