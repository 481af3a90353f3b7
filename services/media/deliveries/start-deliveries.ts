import type { Logger } from '../../program/logger.ts'
import type { MediaConfig } from '../config.ts'
import { type DeliveryJournal, openJournal } from './delivery-journal.ts'
import { startTelling } from './tell-collector.ts'

export interface Deliveries {
  journal: DeliveryJournal
  stop(): Promise<void>
}

/** Null where nobody wants to know. Throws a StartError where another process uses the folder. */
export async function startDeliveries(config: MediaConfig, logger: Logger): Promise<Deliveries | null> {
  const { BEACON_URL: beaconUrl, DELIVERIES_FOLDER: folder, SIGNING_KEYS } = config
  if (!beaconUrl) return null
  const onFault = (error: unknown) => logger.error({ err: error }, 'deliveries can’t be written down')
  const journal = await openJournal({ folder, onFault })
  const teller = startTelling({ journal, beaconUrl, signingKey: SIGNING_KEYS[0]!, logger })
  return {
    journal,
    async stop() {
      await teller.stop()
      await journal.close()
    },
  }
}
