import { joinSlices, type Recording, type Slice, type Spool } from './spool.ts'

/** For browsers that refuse a database, as some do in private windows: everything works but the return after a crash. */
export function createMemorySpool(): Spool {
  const recordings = new Map<string, Recording>()
  let slices: Slice[] = []

  function of(videoId: string): Slice[] {
    return slices.filter((slice) => slice.videoId === videoId)
  }

  return {
    async save(recording) {
      recordings.set(recording.videoId, { ...recording })
    },
    async list() {
      return [...recordings.values()]
    },
    async append(videoId, startByte, blob) {
      slices.push({ videoId, startByte, blob })
    },
    async read(videoId, fromByte, maxBytes) {
      return joinSlices(of(videoId), fromByte, maxBytes)
    },
    async endByte(videoId) {
      const last = of(videoId).at(-1)
      return last ? last.startByte + last.blob.size : 0
    },
    async drop(videoId, untilByte) {
      slices = slices.filter((slice) => slice.videoId !== videoId || slice.startByte + slice.blob.size > untilByte)
    },
    async remove(videoId) {
      recordings.delete(videoId)
      slices = slices.filter((slice) => slice.videoId !== videoId)
    },
  }
}
