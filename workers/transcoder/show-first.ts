import { withdrawPublication } from '#catalog/withdraw-publication.ts'
import type { AppError } from '#contract/errors.ts'
import type { FirstWay } from './first-way.ts'
import { type FinishedRendition, ratesOf, readAvcCodec } from './media/hls/describe-hls.ts'
import { masterPlaylist } from './media/hls/master-playlist.ts'
import { OutputFault, verifyMaster, verifyOutput } from './media/hls/verify-output.ts'
import { playlistName } from './media/ladder/hls-arguments.ts'
import { patiently } from './patiently.ts'
import { firstFolder } from './prefixes.ts'
import { completeOutput, publishOutput } from './publish-output.ts'
import { tellFaults } from './tell-faults.ts'
import { type ReadWork, runOn } from './work.ts'

/** Who began a first version. */
export interface Ears {
  /** Called when people can watch or it is known that they can't yet: until then all processors should be left to this. */
  onWatchable(): void
  /** Whether it can be put back into the queue, as a part that is known there. */
  mayMakeWay(): boolean
}

/** What stands beside a first version. */
export interface Beside extends Ears {
  poster: Promise<string | null>
}

/** The switch to what there is so far; false where nobody may be shown it. */
export async function showFirst(
  work: ReadWork,
  way: FirstWay,
  { poster, onWatchable }: Pick<Beside, 'poster' | 'onWatchable'>,
  { prefix, first, isWhole }: { prefix: string; first: FinishedRendition; isWhole: boolean },
): Promise<boolean> {
  const posterKey = await poster
  if (way.needsPoster && !posterKey) return false
  const described = { prefix, ...(await describe(work, way, prefix, first)) }
  const master = isWhole ? await corrected(work, described) : described.master
  const durationS = isWhole ? first.durationS : null
  await publishOutput(work, { prefix, master, durationS, posterKey, isWhole: false })
  onWatchable()
  return true
}

/** Once nothing more follows, what is said of it is made true: its rates, its length. */
export async function completeFirst(
  work: ReadWork,
  way: FirstWay,
  prefix: string,
  whole: FinishedRendition,
): Promise<void> {
  const master = await corrected(work, { prefix, ...(await describe(work, way, prefix, whole)) })
  await completeOutput(work, { prefix, master, durationS: whole.durationS })
}

/** The frame rate, above all: of what is copied it was only guessed. What is shown already is not taken back for a fault. */
async function corrected(
  { context, attempt, signal }: ReadWork,
  described: { prefix: string; master: string; sizes: Map<string, number> },
): Promise<string> {
  try {
    const { master, faults } = await patiently(signal, () => verifyMaster(context.storage, described))
    tellFaults(context, { videoId: attempt.videoId }, faults)
    return master
  } catch (error) {
    if (!(error instanceof OutputFault)) throw error
    context.logger.warn({ videoId: attempt.videoId, err: error }, 'not as it says')
    return described.master
  }
}

async function describe(work: ReadWork, way: FirstWay, prefix: string, rendition: FinishedRendition) {
  const { soundCodecs, ...picture } = way.variant
  const sizes = await verifyOutput(work.context, runOn(work, 0), { prefix, videos: [rendition], audio: null })
  const codec = await readAvcCodec(work.workspace.path(way.part), firstFolder)
  const uri = `${firstFolder}/${playlistName}`
  const variant = { uri, ...picture, codecs: [codec, ...soundCodecs], ...ratesOf(rendition, sizes) }
  return { master: masterPlaylist([variant], null), sizes }
}

/** What is longer than allowed is shown to nobody, though it was begun in good faith. */
export async function refuseFirst(work: ReadWork, prefix: string, error: AppError): Promise<never> {
  await patiently(work.signal, () => withdrawPublication(work.context.catalog.database, work.attempt, prefix))
  throw error
}
