import { createMemorySpool } from './memory-spool.ts'
import type { Spool } from './spool.ts'

/** A full disk must not end a recording: what the durable spool refuses is held in memory until it is sent. */
export function withOverflow(durable: Spool): Spool {
  const memory = createMemorySpool()

  return {
    // Without a note of its own a recording is not offered again after a crash, and everything else goes on.
    save: (recording) => durable.save(recording).catch(() => memory.save(recording)),
    list: () => durable.list(),
    append: (videoId, startByte, slice) =>
      durable.append(videoId, startByte, slice).catch(() => memory.append(videoId, startByte, slice)),
    async read(videoId, fromByte, maxBytes) {
      return (await durable.read(videoId, fromByte, maxBytes)) ?? (await memory.read(videoId, fromByte, maxBytes))
    },
    async endByte(videoId) {
      return Math.max(await durable.endByte(videoId), await memory.endByte(videoId))
    },
    async drop(videoId, untilByte) {
      await Promise.all([durable.drop(videoId, untilByte), memory.drop(videoId, untilByte)])
    },
    async remove(videoId) {
      await Promise.all([durable.remove(videoId), memory.remove(videoId)])
    },
  }
}
