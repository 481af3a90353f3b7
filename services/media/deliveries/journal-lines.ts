import { crc32 } from 'node:zlib'
import type { PlayDelivery } from '#contract/deliveries.ts'

/** What was sent to one play, its parts as one number. */
export interface Sent extends Omit<PlayDelivery, 'parts'> {
  parts: bigint
}

/** A line of text with a checksum, so that one that was torn is known. */
export function journalLine({ videoId, playId, openedAtMs, parts }: Sent): string {
  const text = `${videoId} ${playId} ${openedAtMs} ${parts.toString(16)}`
  return `${text} ${crc32(text).toString(16)}\n`
}

export function readJournalLines(text: string): Sent[] {
  return text.split('\n').flatMap((line) => {
    const end = line.lastIndexOf(' ')
    const [videoId, playId, openedAtMs, parts] = line.split(' ')
    if (!videoId || !playId || !openedAtMs || !parts) return []
    if (crc32(line.slice(0, end)).toString(16) !== line.slice(end + 1)) return []
    return [{ videoId, playId, openedAtMs: Number(openedAtMs), parts: BigInt(`0x${parts}`) }]
  })
}
