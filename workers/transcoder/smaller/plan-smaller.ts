import { type MediaPlaylist, parseMediaPlaylist } from '../media/hls/media-playlist.ts'
import { readMasterText } from '../media/hls/validate-hls-playlists.ts'
import { masterName, playlistName } from '../media/ladder/hls-arguments.ts'
import { perSecond } from '../media/source/frame-rate.ts'
import { patiently } from '../patiently.ts'
import type { Plan } from '../plan.ts'
import { storedText } from '../stored-text.ts'
import type { CountedPart, SmallerPlan } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'

/** By what the published renditions were made by, and what of them is named. Null where that is not known any more. */
export async function planSmaller(work: SmallerWork): Promise<SmallerPlan | null> {
  const made = await readPlan(work)
  if (!made) return null
  const master = await readText(work, masterName)
  const named = new Set(readMasterText(master).variants.map(({ uri }) => uri))
  const renditions = made.ladder.renditions.filter(({ name }) => named.has(`${name}/${playlistName}`))
  if (renditions.length === 0) return null
  const playlist = await readPlaylist(work, renditions[0]!.name)
  const parts = partsOf(playlist, perSecond(made.ladder.frameRate))
  return { source: made.source, ladder: { ...made.ladder, renditions }, parts }
}

async function readPlan({ context, claim }: SmallerWork): Promise<Plan | null> {
  const attempt = Number(/\/a(\d+)\/ladder$/.exec(claim.prefix)?.[1])
  const row = await context.catalog.database
    .selectFrom('transcode_attempt')
    .select('plan')
    .where('video_id', '=', claim.videoId)
    .where('attempt', '=', attempt)
    .executeTakeFirst()
  return (row?.plan ?? null) as Plan | null
}

export async function readPlaylist(work: SmallerWork, rendition: string): Promise<MediaPlaylist> {
  return parseMediaPlaylist(await readText(work, `${rendition}/${playlistName}`))
}

export function readText({ context, claim, signal }: SmallerWork, path: string): Promise<string> {
  return patiently(signal, () => storedText(context.storage, `${claim.prefix}/${path}`))
}

/** The parts it was made in, by the names of its segments: `p<part>-t<try>-<number>.m4s`. */
export function partsOf({ segments }: MediaPlaylist, picturesPerSecond: number): CountedPart[] {
  const parts: CountedPart[] = []
  let part = ''
  let endS = 0
  for (const { name, durationS } of segments) {
    const fromFrame = Math.round(endS * picturesPerSecond)
    endS += durationS
    const own = name.slice(0, name.lastIndexOf('-') + 1)
    if (parts.length === 0 || own !== part) parts.push({ fromFrame, frames: 0 })
    const last = parts.at(-1)!
    last.frames = Math.round(endS * picturesPerSecond) - last.fromFrame
    part = own
  }
  return parts
}
