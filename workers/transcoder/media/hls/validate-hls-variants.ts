import type { Mp4Track } from '../mp4/init-segment.ts'
import { averageRate, peakRate } from './peak-rate.ts'
import type { MasterText } from './validate-hls-playlists.ts'
import type { Fault, MeasuredRendition } from './validate-hls-rendition.ts'
import { inMs, leadTracks, shownSpan } from './validate-hls-timing.ts'

export interface MeasuredVariant {
  attributes: Map<string, string>
  picture: MeasuredRendition
  /** Of its group; null where it names none. */
  sound: MeasuredRendition | null
}

/** What the master playlist says about a variant that its bytes don't. */
export function claimFaults({ attributes, picture, sound }: MeasuredVariant): Fault[] {
  const faults: Fault[] = []
  const expect = (isTrue: boolean, name: string, real: string | number) => {
    if (isTrue) return
    const message = `${name} says ${attributes.get(name) ?? 'nothing'}, the bytes say ${real}`
    // Which decoder is needed is nothing to be mistaken about; all else can be put right.
    const truth = name === 'CODECS' ? {} : { truth: { attribute: name, value: String(real) } }
    faults.push({ code: name.toLowerCase(), path: picture.path, message, ...truth })
  }
  const video = trackOf(picture, 'video')
  if (!video) return [{ code: 'no_picture', path: picture.path, message: 'a variant without a picture' }]

  const { peak, average } = ratesOf(picture, sound)
  const claimedAverage = Number(attributes.get('AVERAGE-BANDWIDTH'))
  expect(Number(attributes.get('BANDWIDTH')) >= peak * 0.999, 'BANDWIDTH', Math.ceil(peak))
  expect(Math.abs(claimedAverage / average - 1) <= 0.01, 'AVERAGE-BANDWIDTH', Math.ceil(average))

  const codecs = [...tracksOf(picture), ...(sound ? tracksOf(sound) : [])].map(({ codec }) => codec).sort()
  expect((attributes.get('CODECS') ?? '').split(',').sort().join() === codecs.join(), 'CODECS', codecs.join())

  const size = `${Math.round(video.displayWidth)}x${Math.round(video.displayHeight)}`
  expect(attributes.get('RESOLUTION') === size, 'RESOLUTION', size)

  const span = shownSpan(picture, video)
  const lengthS = span ? span.endS - span.startS : 0
  const missing = Number(attributes.get('FRAME-RATE')) * lengthS - (span?.samples ?? 0)
  // A picture more or less at the end, or the hundredth that an average may be off.
  const isRate = Math.abs(missing) <= Math.max(1.5, (span?.samples ?? 0) * 0.01)
  if (lengthS > 0) expect(isRate, 'FRAME-RATE', ((span?.samples ?? 0) / lengthS).toFixed(3))
  return faults
}

function ratesOf(picture: MeasuredRendition, sound: MeasuredRendition | null) {
  const all = sound ? [picture, sound] : [picture]
  const weights = all.map(({ segments, text }) => ({
    targetS: text.targetS,
    segments: segments.map(({ claimedS, sizeBytes }) => ({ durationS: claimedS, sizeBytes })),
  }))
  return {
    peak: weights.reduce((sum, { segments, targetS }) => sum + peakRate(segments, targetS), 0),
    average: weights.reduce((sum, { segments }) => sum + averageRate(segments), 0),
  }
}

function tracksOf({ init }: MeasuredRendition): Mp4Track[] {
  return init?.tracks ?? []
}

function trackOf(rendition: MeasuredRendition, kind: Mp4Track['kind']): Mp4Track | undefined {
  return tracksOf(rendition).find((track) => track.kind === kind)
}

/** Whether every variant has sound where one has. */
export function soundFaults(master: MasterText): Fault[] {
  const groups = new Set(master.sounds.map((sound) => sound.get('GROUP-ID')))
  const named = master.variants.map(({ attributes }) => attributes.get('AUDIO'))
  const faults: Fault[] = []
  for (const [index, group] of named.entries()) {
    const { uri } = master.variants[index]!
    if (group === undefined && named.some((other) => other !== undefined))
      faults.push({ code: 'audio', path: uri, message: 'has no sound where others have' })
    if (group !== undefined && !groups.has(group))
      faults.push({ code: 'audio', path: uri, message: `names the group ${group}, which is not there` })
  }
  return faults
}

// One tick of the clocks in use.
const sameInstantS = 0.001

/** Whether players can switch from each of these to each other at every segment. */
export function alignmentFaults(pictures: MeasuredRendition[]): Fault[] {
  const starts = pictures.map((rendition) => {
    const [lead] = leadTracks(rendition)
    return rendition.segments.map(({ tracks }) =>
      lead ? (tracks.get(lead.id)?.decodeStartS ?? Number.NaN) : Number.NaN,
    )
  })
  return pictures.slice(1).flatMap(({ path }, index) => {
    const [own, first] = [starts[index + 1]!, starts[0]!]
    const at = first.findIndex((start, segment) => !(Math.abs(start - own[segment]!) <= sameInstantS))
    if (at < 0 && own.length === first.length) return []
    return [
      { code: 'alignment', path, message: `segment ${Math.max(at, 0)} begins elsewhere than in ${pictures[0]!.path}` },
    ]
  })
}

// What people begin to notice on lips.
const maxDifferenceS = 0.05

/** Whether sound and picture begin and end together, as far as can be seen from outside. */
export function syncFaults({ picture, sound }: MeasuredVariant): Fault[] {
  const holder = sound ?? picture
  const [video, audio] = [trackOf(picture, 'video'), trackOf(holder, 'audio')]
  const seen = video && shownSpan(picture, video)
  const heard = audio && shownSpan(holder, audio)
  if (!seen || !heard) return []
  const faults: Fault[] = []
  const [earlyS, lateS] = [heard.startS - seen.startS, heard.endS - seen.endS]
  if (Math.abs(earlyS) > maxDifferenceS)
    faults.push({ code: 'sound_start', path: holder.path, message: `sound begins ${inMs(earlyS)} after the picture` })
  if (Math.abs(lateS) > maxDifferenceS)
    faults.push({ code: 'sound_end', path: holder.path, message: `sound ends ${inMs(lateS)} after the picture` })
  return faults
}
