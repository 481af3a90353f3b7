import type { PlayDelivery } from '#contract/deliveries.ts'
import { rowColumns, rowVersion } from '../play-row.ts'

/** A row of `play` that says nothing but which parts were sent: every other value is the one that its column's join ignores. */
export function deliveryRow({ videoId, playId, openedAtMs, parts }: PlayDelivery): string {
  const openedAtSeconds = Math.floor(openedAtMs / 1000)
  const bits = BigInt(`0x${parts}`)
  const told: Record<string, string | number | bigint> = {
    ...texts,
    video_id: videoId,
    hour: openedAtSeconds - (openedAtSeconds % 3600),
    play_id: BigInt(`0x${playId}`),
    opened_at: (openedAtMs / 1000).toFixed(3),
    delivered_low: BigInt.asUintN(64, bits),
    delivered_high: bits >> 64n,
  }
  return `${rowColumns[rowVersion]!.map((column) => told[column] ?? 0).join('\t')}\n`
}

const texts = { site: '', top_site: '', page: '', embed_key: '', country: '', device: '', language: '', referrer: '' }
