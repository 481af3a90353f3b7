import { z } from 'zod'

const healthSchema = z.object({ delayedSinceMs: z.number().nullable() })

/** Since when the collector has beacons that ClickHouse does not; null where nothing waits or nobody can tell. */
export async function readDelayedSince(beaconUrl: string | undefined): Promise<number | null> {
  if (!beaconUrl) return null
  try {
    const answer = await fetch(`${beaconUrl}/beacon/health`, { signal: AbortSignal.timeout(1_000) })
    return healthSchema.parse(await answer.json()).delayedSinceMs
  } catch {
    // A collector that does not answer delays nothing that is on its disk; the page shows what is counted.
    return null
  }
}
