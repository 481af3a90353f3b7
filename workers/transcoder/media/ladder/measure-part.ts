import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OutputFault } from '../hls/verify-output.ts'
import type { Mp4Track } from '../mp4/init-segment.ts'
import { readFragments } from '../mp4/read-fragments.ts'
import { readInit } from '../mp4/read-init.ts'
import { initName } from './hls-arguments.ts'
import type { PartResult, RenditionPart } from './part-result.ts'

export interface PartMeasure {
  /** Reads what all segments of these renditions need; afterwards the init segments may go. */
  readInits(renditions: string[]): Promise<void>
  /** Reads a finished segment, `<rendition>/<file>`, before it is moved away. Safe to repeat. */
  look(path: string): Promise<void>
  /** Throws an OutputFault where the segments of a rendition don't follow on each other. */
  result(): PartResult
}

interface Measured {
  name: string
  number: number
  startTicks: number
  ticks: number
  samples: number
}

/** Measures what ffmpeg writes below `root` for the part whose files begin with `prefix`. */
export function measurePart(root: string, prefix: string): PartMeasure {
  const inits = new Map<string, { track: Mp4Track; hash: string }>()
  const segments = new Map<string, Map<string, Measured>>()

  async function initOf(rendition: string) {
    const known = inits.get(rendition)
    if (known) return known
    const bytes = await readFile(join(root, rendition, `${prefix}${initName}`))
    const track = readInit(bytes).tracks[0]
    if (!track) throw new OutputFault(`${rendition} has an init segment without a track`)
    const init = { track, hash: createHash('sha256').update(bytes).digest('hex') }
    inits.set(rendition, init)
    return init
  }

  return {
    async readInits(renditions) {
      await Promise.all(renditions.map(initOf))
    },
    async look(path) {
      const [rendition, name] = path.split('/') as [string, string]
      if (!name.endsWith('.m4s')) return
      const bytes = await readFile(join(root, path))
      // What ffmpeg leaves where there was nothing to write.
      if (!bytes.includes('moof')) return
      const measured = measure(name, bytes, (await initOf(rendition)).track)
      if (!segments.has(rendition)) segments.set(rendition, new Map())
      segments.get(rendition)!.set(name, measured)
    },
    result() {
      const renditions: PartResult['renditions'] = {}
      for (const [name, measured] of segments) {
        const { track, hash } = inits.get(name)!
        const joined = joinSegments(name, [...measured.values()])
        if (joined.samples === 0) continue
        const init = {
          initName: `${prefix}${initName}`,
          initHash: hash,
          codec: track.codec,
          timescale: track.timescale,
        }
        renditions[name] = { ...init, ...joined }
      }
      return { renditions }
    },
  }
}

function measure(name: string, bytes: Buffer, track: Mp4Track): Measured {
  const fragments = readFragments(bytes, { tracks: [track] })
  const samples = fragments.flatMap((fragment) => fragment.samples)
  const ticks = samples.reduce((sum, sample) => sum + sample.durationTicks, 0)
  const number = Number(/(\d+)\.m4s$/.exec(name)![1])
  return { name, number, startTicks: fragments[0]?.decodeTimeTicks ?? 0, ticks, samples: samples.length }
}

function joinSegments(
  rendition: string,
  measured: Measured[],
): Pick<RenditionPart, 'startTicks' | 'samples' | 'segments'> {
  const inOrder = measured.filter(({ samples }) => samples > 0).sort((one, other) => one.number - other.number)
  let endTicks = inOrder[0]?.startTicks ?? 0
  for (const { name, startTicks, ticks } of inOrder) {
    if (Math.abs(startTicks - endTicks) > 1) {
      throw new OutputFault(`${rendition}/${name} begins at ${startTicks} instead of ${endTicks}`)
    }
    endTicks = startTicks + ticks
  }
  return {
    startTicks: inOrder[0]?.startTicks ?? 0,
    samples: inOrder.reduce((sum, { samples }) => sum + samples, 0),
    segments: inOrder.map(({ name, ticks }) => ({ name, ticks })),
  }
}
