import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Storage } from '#storage/storage.ts'
import { eachLimited } from '../../each-limited.ts'
import { masterName } from '../ladder/hls-arguments.ts'
import { type Run, runFfprobe, type Toolbox } from '../run/run-ffmpeg.ts'
import { correctMaster } from './correct-master.ts'
import type { FinishedRendition } from './describe-hls.ts'
import { objectsOf } from './objects-of.ts'
import { storedSizes } from './stored-sizes.ts'
import { type Fault, faultText, validateHls } from './validate-hls.ts'
import { readFromStorage } from './validate-hls-reader.ts'

/** What stands in storage is not what should: never published, worth another attempt. */
export class OutputFault extends Error {
  override name = 'OutputFault'
}

/**
 * Holds the stored objects against the playlists before anybody is shown them: every one present and not empty,
 * renditions equally long, first and last segment of each readable and of the right kind. Throws an OutputFault.
 * Resolves with the sizes of the objects in bytes by their path below the prefix.
 */
export async function verifyOutput(
  { toolbox, storage }: { toolbox: Toolbox; storage: Storage },
  run: Omit<Run, 'source'>,
  output: { prefix: string; videos: FinishedRendition[]; audio: FinishedRendition | null },
): Promise<Map<string, number>> {
  const all = output.audio ? [...output.videos, output.audio] : output.videos
  const sizes = await storedSizes(storage, output.prefix)
  expectObjects(sizes, all)
  expectEqualLengths(output.videos)
  await eachLimited(all, parallelProbes, async (rendition) => {
    const source = await fetchEnds(storage, output.prefix, rendition, run.folder)
    const kind = rendition === output.audio ? 'audio' : 'video'
    await expectReadable(toolbox, { ...run, source }, rendition.name, kind)
  })
  return sizes
}

// Starting an ffprobe takes longer than what it does.
const parallelProbes = 4

/**
 * Holds a master playlist, before it is stored, against all that it leads to. Throws an OutputFault where nobody could watch
 * it; resolves with the playlist as it should be, its claims put right, and with all that was not as it said.
 * Costs a small read per segment, some seconds for hours of video. `sizes` are those of all that is stored under the prefix.
 */
export async function verifyMaster(
  storage: Storage,
  { prefix, master, sizes }: { prefix: string; master: string; sizes: Map<string, number> },
): Promise<{ master: string; faults: Fault[] }> {
  const stored = await readFromStorage(storage, prefix, sizes)
  const bytes = Buffer.from(master)
  const faults = await validateHls({
    sizes: new Map(stored.sizes).set(masterName, bytes.length),
    head: async (path, length) => (path === masterName ? bytes.subarray(0, length) : stored.head(path, length)),
  })
  const grave = faults.find(({ code }) => graveCodes.has(code))
  if (grave) throw new OutputFault(faultText(grave))
  return { master: correctMaster(master, faults), faults }
}

/** Stalls, jumps, or no picture at all; others make a player choose less well. */
const graveCodes = new Set([
  ...['missing', 'unreadable', 'empty', 'no_variants', 'no_segments', 'no_picture', 'no_end'],
  ...['gap', 'length', 'not_sync', 'init_differs', 'alignment', 'audio', 'codecs'],
])

function expectObjects(sizes: Map<string, number>, renditions: FinishedRendition[]): void {
  const missing = renditions.flatMap(objectsOf).find((path) => !sizes.get(path))
  if (missing !== undefined) throw new OutputFault(`${missing} is missing or empty in storage`)
}

// Renditions come from the same pictures; more than this apart they would not switch cleanly.
const maxLengthDifferenceS = 0.1

function expectEqualLengths(videos: FinishedRendition[]): void {
  const lengths = videos.map((rendition) => rendition.durationS)
  const difference = Math.max(...lengths) - Math.min(...lengths)
  if (difference > maxLengthDifferenceS) throw new OutputFault(`renditions differ in length by ${difference} s`)
}

/** Init, first and last segment in one small local file, which reads as a video with a gap. */
async function fetchEnds(
  storage: Storage,
  prefix: string,
  { name, playlist }: FinishedRendition,
  folder: string,
): Promise<string> {
  const source = `verify-${name}.mp4`
  const ends = [...new Set([playlist.segments[0]!.name, playlist.segments.at(-1)!.name])]
  await writeFile(join(folder, source), '')
  for (const object of [playlist.initName!, ...ends]) {
    const { body } = await storage.get(`${prefix}/${name}/${object}`)
    await appendFile(join(folder, source), await buffer(body))
  }
  return source
}

async function expectReadable(toolbox: Toolbox, run: Run, name: string, kind: 'video' | 'audio'): Promise<void> {
  const show = ['-show_entries', 'stream=codec_type,codec_name,nb_read_packets', '-count_packets', '-of', 'json']
  const { streams } = JSON.parse(await runFfprobe(toolbox, run, show)) as {
    streams: { codec_type: string; codec_name: string; nb_read_packets: string }[]
  }
  const stream = streams.find((candidate) => candidate.codec_type === kind)
  const codec = kind === 'video' ? 'h264' : 'aac'
  if (stream?.codec_name !== codec || !(Number(stream.nb_read_packets) > 0)) {
    throw new OutputFault(`the ends of ${name} hold no ${codec}`)
  }
}
