/**
 * Seconds that players should let pass between two beacons, by how full the spool is; null for their own cadence of 15 s.
 * Beacons are cumulative, so fewer of them lose nothing but freshness, and what waits on disk lasts longer.
 */
export function nextBeaconS({ waitingBytes, maxBytes }: { waitingBytes: number; maxBytes: number }): number | null {
  const share = waitingBytes / maxBytes
  if (share < 0.1) return null
  return share < 0.5 ? 30 : 120
}
