import type { Logger } from '../../program/logger.ts'
import { StartError } from '../../program/read-config.ts'
import type { MediaConfig } from '../config.ts'
import { type DeliveryJournal, openJournal } from './delivery-journal.ts'
import { startTelling } from './tell-collector.ts'
import { forgetWholeness } from './whole-since.ts'

export interface Deliveries {
  journal: DeliveryJournal
  stop(): Promise<void>
}

/**
 * Null where nobody wants to know, or where they can't be written down: videos are served all the same, and their plays
 * are never more than attested. Throws a StartError where another process uses the folder.
 */
export async function startDeliveries(config: MediaConfig, logger: Logger): Promise<Deliveries | null> {
  const { BEACON_URL: beaconUrl, DELIVERIES_FOLDER: folder, SIGNING_KEYS } = config
  if (!beaconUrl) return null
  const onFault = (error: unknown) => logger.error({ err: error }, 'deliveries can’t be written down')
  const journal = await openJournal({ folder, onFault }).catch((error: unknown) => {
    if (error instanceof StartError) throw error
    onFault(error)
    forgetWholeness(folder)
    return null
  })
  if (!journal) return null
  const teller = startTelling({ journal, beaconUrl, signingKey: SIGNING_KEYS[0]!, logger })
  return {
    journal,
    async stop() {
      await teller.stop()
      await journal.close()
    },
  }
}
