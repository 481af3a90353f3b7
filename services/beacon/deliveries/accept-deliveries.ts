import type { SigningKey } from '../../tokens/signed-token.ts'
import { verifyDeliveryReport } from '../../tokens/signed-token.ts'
import type { Spool } from '../spool/spool.ts'
import { deliveryRow } from './delivery-row.ts'

/**
 * Resolves once the whole report is on disk. Only who has the signing key can report: the gateway lets the world in.
 * Throws `token_invalid`, `token_expired`, or `unavailable` where it can't be kept now.
 */
export async function acceptDeliveries(
  spool: Pick<Spool, 'append'>,
  keys: readonly SigningKey[],
  report: string,
  receivedAtMs: number,
): Promise<void> {
  const { plays } = verifyDeliveryReport(keys, report, receivedAtMs)
  // Settled, since rows that come after a refused one are on their way to disk already.
  const kept = await Promise.allSettled(plays.map((play) => spool.append({ text: deliveryRow(play), receivedAtMs })))
  const refused = kept.find((result) => result.status === 'rejected')
  if (refused) throw refused.reason
}
