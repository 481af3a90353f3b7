// Enough that asking and answering cost little, so little that not much is sent again when a line breaks: what came of a
// chunk whose checksum could not be compared does not count.
const wantedMs = 4_000
const leastBytes = 512 * 1024
// It is held in memory while its checksum is made, on several lines at once.
const mostBytes = 16 * 1024 * 1024

export const firstChunkBytes = 4 * 1024 * 1024

/** How much to send in the next request over a line that took so long for so much. */
export function nextChunkBytes(sentBytes: number, tookMs: number): number {
  const wantedBytes = (sentBytes / Math.max(1, tookMs)) * wantedMs
  return Math.round(Math.min(mostBytes, Math.max(leastBytes, wantedBytes)))
}
