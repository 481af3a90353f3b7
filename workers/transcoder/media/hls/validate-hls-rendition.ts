import { posix } from 'node:path'
import { eachLimited } from '../../each-limited.ts'
import { beginsWithIdr } from '../mp4/first-picture.ts'
import type { InitSegment } from '../mp4/init-segment.ts'
import { Mp4Error } from '../mp4/mp4-error.ts'
import { readFragments } from '../mp4/read-fragments.ts'
import { readInit } from '../mp4/read-init.ts'
import { segmentHead } from '../mp4/segment-head.ts'
import { type SegmentTimes, segmentTimes } from '../mp4/segment-times.ts'
import { type MediaText, readMediaText } from './validate-hls-playlists.ts'
import type { HlsReader } from './validate-hls-reader.ts'

/** What is wrong, and where: a path below the prefix. */
export interface Fault {
  code: string
  path: string
  message: string
  /** What the master playlist should say of the variant at this path, where that was measured. */
  truth?: { attribute: string; value: string }
}

/** One media playlist with everything that its objects say about themselves. */
export interface MeasuredRendition {
  path: string
  text: MediaText
  init: InitSegment | null
  segments: MeasuredSegment[]
}

export interface MeasuredSegment {
  path: string
  claimedS: number
  sizeBytes: number
  /** By the id of the track. */
  tracks: Map<number, SegmentTimes>
  /** Null where the picture's kind can't be told. */
  beginsWithIdr: boolean | null
}

// Enough to keep a distant storage busy.
const parallelReads = 8

/** Reads the playlist, every init segment and the head of every media segment. */
export async function measureRendition(
  reader: HlsReader,
  path: string,
): Promise<{ rendition: MeasuredRendition; faults: Fault[] }> {
  const faults: Fault[] = []
  const fault = (code: string, at: string, message: string) => faults.push({ code, path: at, message })
  const text = readMediaText((await whole(reader, path)).toString('utf8'))
  const folder = posix.dirname(path)
  if (text.segments.length === 0) fault('no_segments', path, 'the playlist names no segments')

  const init = await readInits(reader, folder, text, fault)
  const segments: MeasuredSegment[] = []
  await eachLimited([...text.segments.entries()], parallelReads, async ([index, { uri, durationS }]) => {
    const at = posix.join(folder, uri)
    const sizeBytes = reader.sizes.get(at) ?? 0
    const segment: MeasuredSegment = {
      path: at,
      claimedS: durationS,
      sizeBytes,
      tracks: new Map(),
      beginsWithIdr: null,
    }
    segments[index] = segment
    if (sizeBytes === 0) fault('missing', at, 'is named and not there, or empty')
    else if (init)
      await measureSegment(reader, init, segment).then(
        (measured) => Object.assign(segment, measured),
        (error) => expectMp4Error(error, at, fault),
      )
  })
  return { rendition: { path, text, init, segments }, faults }
}

type Tell = (code: string, path: string, message: string) => void

async function readInits(reader: HlsReader, folder: string, text: MediaText, fault: Tell): Promise<InitSegment | null> {
  const names = new Set(text.segments.map(({ mapUri }) => mapUri))
  let first: Buffer | null = null
  for (const name of names) {
    const at = posix.join(folder, name ?? '')
    if (name === null || !reader.sizes.get(at)) {
      fault('missing', at, 'the init segment is not there, or empty')
      continue
    }
    const bytes = await whole(reader, at)
    if (first && !bytes.equals(first)) fault('init_differs', at, 'the init segments of one rendition are not the same')
    first ??= bytes
  }
  try {
    return first && readInit(first)
  } catch (error) {
    expectMp4Error(error, folder, fault)
    return null
  }
}

/** What the bytes of a segment say; most often its first kilobytes are enough. Throws an Mp4Error. */
export async function measureSegment(
  { head: readHead }: Pick<HlsReader, 'head'>,
  init: InitSegment,
  { path, sizeBytes }: Pick<MeasuredSegment, 'path' | 'sizeBytes'>,
): Promise<Pick<MeasuredSegment, 'tracks' | 'beginsWithIdr'>> {
  let bytes = await readHead(path, usualHeadBytes)
  let head = segmentHead(bytes, sizeBytes)
  if (!head) {
    bytes = await readHead(path, sizeBytes)
    head = bytes
  }
  const fragments = readFragments(head, init)
  const tracks = new Map<number, SegmentTimes>()
  for (const track of init.tracks) {
    const times = segmentTimes(track, fragments)
    if (times) tracks.set(track.id, times)
  }
  const video = init.tracks.find(({ kind, codec }) => kind === 'video' && codec.startsWith('avc1'))
  const start = fragments.find(({ trackId }) => trackId === video?.id)?.dataStart
  const isKnown = start !== null && start !== undefined
  return { tracks, beginsWithIdr: isKnown ? beginsWithIdr(bytes.subarray(start)) : null }
}

// Four seconds at 60 pictures take 4 kB, the rest is for parameter sets before the first picture.
const usualHeadBytes = 16 * 1_024

function whole(reader: HlsReader, path: string): Promise<Buffer> {
  return reader.head(path, reader.sizes.get(path) ?? 0)
}

function expectMp4Error(error: unknown, path: string, fault: Tell): void {
  if (!(error instanceof Mp4Error)) throw error
  fault('unreadable', path, error.message)
}
