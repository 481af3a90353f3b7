// Enough that asking and answering cost little, so little that not much is sent again when a line breaks or somebody
// pauses: of a chunk that did not come whole its checksum cannot be compared, and nothing of it counts.
const wantedMs = 3_000
// Less than this says more of the way there and back than of what the line carries.
const tellingMs = 1_000
const leastBytes = 64 * 1024
// It is held in memory while its checksum is made, on several lines at once.
const mostBytes = 16 * 1024 * 1024
// A fast line is at its full speed after four requests.
const mostGrowth = 4

export const firstChunkBytes = 256 * 1024

/** A request that brought a chunk, or broke off after so much of it was on its way. */
export interface ChunkRun {
  chunkBytes: number
  sentBytes: number
  tookMs: number
}

/**
 * How much to send in each request over a line, learned from the requests before. All lines of a page share one: they
 * end at the same site.
 */
export class ChunkSize {
  bytes = firstChunkBytes

  /** It came whole, and the server has it. */
  arrived({ chunkBytes, sentBytes, tookMs }: ChunkRun): void {
    // The end of a file is as short as it is, and most of its time is the way there and back.
    if (sentBytes < chunkBytes) return
    // Beside a line that grew already, one that is late does not shrink it.
    const growthBytes = Math.max(this.bytes, sentBytes * mostGrowth)
    this.#set(Math.min(growthBytes, carriedBytes(sentBytes, tookMs)))
  }

  /** It did not come through. All lines may break at once: that counts once. */
  broke(run: ChunkRun): void {
    this.stopped(run)
    this.#set(Math.min(this.bytes, run.chunkBytes / 2))
  }

  /** Somebody stopped it: no fault of the line, but it may have become too slow for such a chunk. */
  stopped({ sentBytes, tookMs }: ChunkRun): void {
    if (tookMs >= tellingMs) this.#set(Math.min(this.bytes, carriedBytes(sentBytes, tookMs)))
  }

  #set(bytes: number): void {
    this.bytes = Math.round(Math.min(mostBytes, Math.max(leastBytes, bytes)))
  }
}

function carriedBytes(sentBytes: number, tookMs: number): number {
  return (sentBytes / Math.max(1, tookMs)) * wantedMs
}

export const chunkSize = new ChunkSize()
