import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { InitSegment } from '../mp4/init-segment.ts'
import { Mp4Error } from '../mp4/mp4-error.ts'
import { readInit } from '../mp4/read-init.ts'
import type { SegmentTimes } from '../mp4/segment-times.ts'
import type { MediaPlaylist } from './media-playlist.ts'
import { beginningDrift, endDrift } from './segment-drift.ts'
import type { Fault } from './validate-hls.ts'
import { readFileHead } from './validate-hls-reader.ts'
import { measureSegment } from './validate-hls-rendition.ts'
import { beside } from './validate-hls-timing.ts'

/**
 * Holds the segments of a rendition that still grows against what its playlist says of them, each once and while it is still
 * in `folder`: whether its pictures are where players are told. Resolves with the first fault, or null.
 */
export function followTiming(folder: string): (playlist: MediaPlaylist) => Promise<Fault | null> {
  let init: InitSegment | null = null
  let first: SegmentTimes | null = null
  let [checked, saidS] = [0, 0]

  return async ({ initName, segments }) => {
    try {
      init ??= readInit(await readFile(join(folder, initName!)))
      for (; checked < segments.length; checked++) {
        const { name, durationS } = segments[checked]!
        const times = await timesOf(folder, name, init)
        if (!times) return { code: 'empty', path: name, message: 'holds no picture' }
        first ??= times
        const drift = beginningDrift(first, times, saidS)
        if (drift !== null) return astray(name, 'begins', drift)
        saidS += durationS
        const lateS = endDrift(first, times, saidS)
        if (lateS !== null) return astray(name, 'ends', lateS)
      }
      return null
    } catch (error) {
      if (!(error instanceof Mp4Error)) throw error
      return { code: 'unreadable', path: segments[checked]?.name ?? initName!, message: error.message }
    }
  }
}

async function timesOf(folder: string, name: string, init: InitSegment): Promise<SegmentTimes | null> {
  const { size: sizeBytes } = await stat(join(folder, name))
  const head = (path: string, lengthBytes: number) => readFileHead(join(folder, path), lengthBytes)
  const { tracks } = await measureSegment({ head }, init, { path: name, sizeBytes })
  const pictures = init.tracks.find(({ kind }) => kind === 'video')
  return (pictures && tracks.get(pictures.id)) ?? null
}

function astray(path: string, what: string, driftS: number): Fault {
  return { code: 'length', path, message: `${what} ${beside(driftS)} the playlist says` }
}
