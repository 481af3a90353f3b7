import { posix } from 'node:path'
import { masterName } from '../ladder/hls-arguments.ts'
import { type MasterText, readMasterText } from './validate-hls-playlists.ts'
import type { HlsReader } from './validate-hls-reader.ts'
import { type Fault, type MeasuredRendition, measureRendition } from './validate-hls-rendition.ts'
import { timingFaults } from './validate-hls-timing.ts'
import { alignmentFaults, claimFaults, type MeasuredVariant, soundFaults, syncFaults } from './validate-hls-variants.ts'

export type { Fault } from './validate-hls-rendition.ts'

/**
 * Holds everything that playlists say against everything that the stored bytes say, and tells where they differ.
 * Reads playlists and init segments whole and the first kilobytes of every media segment: there stands how long each picture
 * lasts and how large it is. Three hours of video are some 16,000 small reads.
 */
export async function validateHls(reader: HlsReader): Promise<Fault[]> {
  if (!reader.sizes.get(masterName))
    return [{ code: 'missing', path: masterName, message: 'there is no master playlist' }]
  const bytes = await reader.head(masterName, reader.sizes.get(masterName)!)
  return validateMaster(reader, readMasterText(bytes.toString('utf8')))
}

async function validateMaster(reader: HlsReader, master: MasterText): Promise<Fault[]> {
  const faults: Fault[] = [...masterFaults(master), ...soundFaults(master)]
  const measured = new Map<string, MeasuredRendition>()
  const uris = [...master.variants.map(({ uri }) => uri), ...master.sounds.flatMap((sound) => sound.get('URI') ?? [])]
  for (const path of new Set(uris.map((uri) => posix.normalize(uri)))) {
    if (!reader.sizes.get(path)) {
      faults.push({ code: 'missing', path, message: 'is named by the master playlist and not there, or empty' })
      continue
    }
    const { rendition, faults: own } = await measureRendition(reader, path)
    measured.set(path, rendition)
    faults.push(...own, ...timingFaults(rendition))
  }
  const variants = variantsOf(master, measured)
  for (const variant of variants) faults.push(...claimFaults(variant))
  faults.push(...alignmentFaults(variants.map(({ picture }) => picture)))
  if (variants[0]) faults.push(...syncFaults(variants[0]))
  return faults
}

function masterFaults({ isIndependent, variants }: MasterText): Fault[] {
  const path = masterName
  const faults: Fault[] = []
  if (variants.length === 0) faults.push({ code: 'no_variants', path, message: 'the master playlist names nothing' })
  if (!isIndependent) faults.push({ code: 'independent', path, message: 'does not say that segments are independent' })
  return faults
}

function variantsOf({ variants, sounds }: MasterText, measured: Map<string, MeasuredRendition>): MeasuredVariant[] {
  return variants.flatMap(({ uri, attributes }) => {
    const picture = measured.get(posix.normalize(uri))
    if (!picture?.init) return []
    const sound = sounds.find((candidate) => candidate.get('GROUP-ID') === attributes.get('AUDIO'))?.get('URI')
    return [{ attributes, picture, sound: (sound && measured.get(posix.normalize(sound))) || null }]
  })
}

/** For a log or a test: one fault, one line. */
export function faultText({ code, path, message }: Fault): string {
  return `${path}: ${message} (${code})`
}
