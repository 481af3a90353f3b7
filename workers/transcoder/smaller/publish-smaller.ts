import { closeSmaller } from '#catalog/smaller.ts'
import { deleteStrays } from '../delete-strays.ts'
import { ratesOf } from '../media/hls/describe-hls.ts'
import { type AudioVariant, variantLines } from '../media/hls/master-playlist.ts'
import { writeMediaPlaylist } from '../media/hls/media-playlist.ts'
import { storedSizes } from '../media/hls/stored-sizes.ts'
import { readMasterText } from '../media/hls/validate-hls-playlists.ts'
import { verifyMaster } from '../media/hls/verify-output.ts'
import { audioFolder, masterName, playlistName } from '../media/ladder/hls-arguments.ts'
import { type JoinedRendition, joinParts } from '../media/ladder/join-parts.ts'
import { perSecond } from '../media/source/frame-rate.ts'
import { patiently } from '../patiently.ts'
import { putPlaylist } from '../stored-text.ts'
import { tellFaults } from '../tell-faults.ts'
import { folderOf } from './places.ts'
import { readPlaylist, readText } from './plan-smaller.ts'
import type { RungState, SmallerPlan } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'

/**
 * Joins the parts, verifies everything that viewers would get, and publishes it. The switch is the master playlist, one
 * object that is replaced as a whole, under a lock that nothing else is published beneath: who has read the former plays on.
 */
export async function publishSmaller(
  work: SmallerWork,
  plan: SmallerPlan,
  rungs: Record<string, RungState>,
): Promise<boolean> {
  const { context, claim, signal } = work
  const { storage } = context
  const { renditions, frameRate } = plan.ladder
  const parts = plan.parts.map((part, index) => ({
    ...part,
    part: index,
    result: {
      renditions: Object.assign({}, ...Object.values(rungs).map((rung) => rung.parts[index]!.result.renditions)),
    },
  }))
  const joined = joinParts(
    parts,
    renditions.map(({ name }) => folderOf(name)),
    frameRate,
  )
  for (const { name, playlist } of joined) {
    const key = `${claim.prefix}/${name}/${playlistName}`
    await patiently(signal, () => putPlaylist(storage, key, writeMediaPlaylist(playlist)))
  }
  const sizes = await storedSizes(storage, claim.prefix)
  const usual = withoutSmaller(await readText(work, masterName))
  const lines = variantLines(variantsOf(plan, joined, sizes), await soundOf(work, usual, sizes))
  const described = { prefix: claim.prefix, master: `${usual}${lines.join('\n')}\n`, sizes }
  const { master, faults } = await patiently(signal, () => verifyMaster(storage, described))
  tellFaults(context, claim, faults)
  await deleteStrays({ storage, signal }, { prefix: claim.prefix, renditions: joined, sizes })
  return closeSmaller(context.catalog.database, claim, 'published', () =>
    putPlaylist(storage, `${claim.prefix}/${masterName}`, master),
  )
}

/** What is published may name them already, where this runs twice. */
export function withoutSmaller(master: string): string {
  return master.replaceAll(/#EXT-X-STREAM-INF:.*\n.*-av1\/.*\n/g, '')
}

function variantsOf(plan: SmallerPlan, joined: JoinedRendition[], sizes: Map<string, number>) {
  const framesPerSecond = perSecond(plan.ladder.frameRate)
  return joined.map((rendition, index) => {
    const { width, height } = plan.ladder.renditions[index]!
    const uri = `${rendition.name}/${playlistName}`
    return { uri, width, height, framesPerSecond, codecs: [rendition.codec], ...ratesOf(rendition, sizes) }
  })
}

/** The sound is one for all. */
async function soundOf(work: SmallerWork, master: string, sizes: Map<string, number>): Promise<AudioVariant | null> {
  const { sounds, variants } = readMasterText(master)
  const codec = variants[0]?.attributes.get('CODECS')?.split(',')[1]
  if (!sounds[0] || !codec) return null
  const playlist = await readPlaylist(work, audioFolder)
  const rates = ratesOf({ name: audioFolder, playlist }, sizes)
  return { uri: `${audioFolder}/${playlistName}`, codec, channels: 2, ...rates }
}
