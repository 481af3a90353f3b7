/** What was made of a part, measured in its bytes; what the joining rests on. */
export interface PartResult {
  /** By the name of the folder. Empty where the source ended before the part. */
  renditions: Record<string, RenditionPart>
  /** Pictures of the source that could not be decoded rightly; not there where they were not counted. */
  damaged?: number
}

export interface RenditionPart {
  /** The init segment's name, and a hash of its bytes: joined parts must share one. */
  initName: string
  initHash: string
  /** RFC 6381. */
  codec: string
  /** Ticks per second of the times below. */
  timescale: number
  startTicks: number
  /** Pictures, or pieces of sound. */
  samples: number
  segments: { name: string; ticks: number }[]
}
