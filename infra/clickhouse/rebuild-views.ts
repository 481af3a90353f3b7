import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { StartError } from '../../services/program/read-config.ts'
import { rebuildSums } from '../../workers/views/rollups/rebuild-sums.ts'
import { systemConfig } from '../config.ts'
import { findRunning } from '../running-note.ts'

/** `npm run views:rebuild`: computes every sum of Views Details anew from the plays, beside the system that runs. */
try {
  const config = systemConfig()
  const url = config.CLICKHOUSE_URL ?? (await findRunning(config.DATA_DIR))?.clickhouseUrl
  if (!url) throw new StartError('Start the system first (npm start); the sums are rebuilt beside it.')
  const clickhouse = createClient({ url, request_timeout: 10 * 60_000, log: { level: ClickHouseLogLevel.OFF } })
  const tell = ({ level, rolled, worthy }: { level: string; rolled: number; worthy: number }) =>
    process.stdout.write(`\r${level}s: ${rolled} of ${worthy} added up    `)
  const rolled = await rebuildSums(clickhouse, { onProgress: tell })
  await clickhouse.close()
  console.log(`\nDone: ${rolled} hours, days and months have fresh sums; all others are read from their plays.`)
} catch (error) {
  console.error(error instanceof StartError ? error.message : error)
  process.exit(1)
}
