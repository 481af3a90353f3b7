/** A recording that this device holds until the server has every byte of it. */
export interface Recording {
  /** The video that was created before the first frame. */
  videoId: string
  fileName: string
  startedAtMs: number
  /** Where tus takes its bytes; null until the first contact. */
  uploadUrl: string | null
  /** Whether the last slice is in: nothing will be added. */
  isStopped: boolean
}

/**
 * Keeps the slices of recordings, in the order in which they were made, until they are dropped. A slice is named by its
 * first byte within the recording, so that it is plain what is still missing on the server after any interruption.
 */
export interface Spool {
  save(recording: Recording): Promise<void>
  list(): Promise<Recording[]>
  append(videoId: string, startByte: number, slice: Blob): Promise<void>
  /** Bytes from `fromByte` on, about `maxBytes` at most, or null where none are held. */
  read(videoId: string, fromByte: number, maxBytes: number): Promise<Blob | null>
  /** One past the last byte ever appended that is still held; 0 where nothing is. */
  endByte(videoId: string): Promise<number>
  /** Forgets slices that lie wholly before `untilByte`. */
  drop(videoId: string, untilByte: number): Promise<void>
  /** Forgets the recording and all its slices. */
  remove(videoId: string): Promise<void>
}

export interface Slice {
  videoId: string
  startByte: number
  blob: Blob
}

/** Joins neighbouring slices, which must be in order, from `fromByte` on; at least one slice, and no more than fits. */
export function joinSlices(slices: readonly Slice[], fromByte: number, maxBytes: number): Blob | null {
  const parts: Blob[] = []
  let at = fromByte
  for (const { startByte, blob } of slices) {
    const end = startByte + blob.size
    if (end <= at || startByte > at) continue
    if (parts.length > 0 && end - fromByte > maxBytes) break
    parts.push(blob.slice(at - startByte))
    at = end
  }
  return parts.length > 0 ? new Blob(parts) : null
}
