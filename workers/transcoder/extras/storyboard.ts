import { readFile } from 'node:fs/promises'
import type { StoryboardJob } from '#catalog/extras.ts'
import { queueStoryboard, recordStoryboard } from '#catalog/extras-storyboard.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import { readStoryboard, storyboardName, tilesPerSheet, writeStoryboard } from '#contract/storyboard.ts'
import type { Context } from '../context.ts'
import {
  isDense,
  isOtherLength,
  planStoryboard,
  readTileTimes,
  type StoryboardPlan,
  storyboardCommand,
  tilesOf,
  tileTimesName,
} from '../media/picture/storyboard.ts'
import { runFfmpeg } from '../media/run/run-ffmpeg.ts'
import { measureDuration } from '../media/source/duration.ts'
import type { Source } from '../media/source/source.ts'
import { patiently } from '../patiently.ts'
import { storedText } from '../stored-text.ts'
import type { ExtraAsked, ExtraKind, ExtraWork } from './extra-work.ts'
import { runOfExtra, sourceOfExtra, toolboxOfExtra } from './source-of-extra.ts'

/** Sheets of small pictures for the seek bar, and the list that says which moment each of them is. */
export const storyboard: ExtraKind<StoryboardJob> = {
  isWanted,
  async make(work) {
    const source = await sourceOfExtra(work)
    const durationS = await durationOf(work, source)
    const plan = planStoryboard(source.video, durationS)
    const timesS = await drawSheets(work, source, plan, durationS)
    if (!timesS) return
    await store(work, timesS.length, writeStoryboard(tilesOf(timesS, plan, durationS)))
    await record(work, work.prefix)
    // Published while this was made: whoever published did not find it yet.
    const { videoId, sourceKey } = work.job
    const { duration_ms: publishedMs = 0 } = (await readVideo(work)) ?? {}
    if (isOtherLength(durationS * 1_000, publishedMs)) await queueStoryboard(work.context.catalog, videoId, sourceKey)
  },
  giveUp: (work) => record(work, null),
}

/** There is none of this source, or only one that was made by a length that turned out wrong. */
async function isWanted({ context, job, video }: ExtraAsked): Promise<boolean> {
  if (video.source_key !== job.sourceKey) return false
  if (video.storyboard_source_key !== job.sourceKey) return true
  const { storyboard_prefix: prefix, duration_ms } = video
  if (!prefix || duration_ms === 0) return false
  const key = `${prefix}/${storyboardName}`
  const list = await storedText(context.storage, key)
  return isOtherLength(readStoryboard(list, key).at(-1)?.endMs ?? 0, duration_ms)
}

/** Undefined once it is gone, and needs nothing more. */
async function readVideo({ context, job }: ExtraWork): Promise<Pick<VideoRow, 'duration_ms' | 'status'> | undefined> {
  const video = context.catalog.database.selectFrom('video').select(['duration_ms', 'status'])
  return video.where('id', '=', job.videoId).executeTakeFirst()
}

/** As published, where it is; a header's word may be wrong. */
async function durationOf(work: ExtraWork, source: Source): Promise<number> {
  if (work.video.duration_ms > 0) return work.video.duration_ms / 1_000
  const { maxDurationS } = work.context.config.limits
  return (await measureDuration(toolboxOfExtra(work), runOfExtra(work), source, maxDurationS)) ?? maxDurationS
}

/**
 * Keyframes alone cost little; only where they are too far apart everything is decoded. Null where that has to wait: what is
 * worked on still has the processors first, and whoever publishes all of it queues the storyboard again.
 */
async function drawSheets(
  work: ExtraWork,
  source: Source,
  plan: StoryboardPlan,
  durationS: number,
): Promise<number[] | null> {
  const fromKeyframes = await draw(work, source, plan, true)
  if (isDense(fromKeyframes, plan, durationS)) return fromKeyframes
  const video = await readVideo(work)
  if (!video || video.status === 'playable') return null
  const fromAll = await draw(work, source, plan, false)
  if (fromAll.length === 0) throw new AppError('no_frames')
  return fromAll
}

async function draw(
  work: ExtraWork,
  source: Source,
  plan: StoryboardPlan,
  isKeyframesOnly: boolean,
): Promise<number[]> {
  const { context, workspace } = work
  await workspace.makeFolder('sheets')
  const command = storyboardCommand(source, plan, 'sheets', { ...context.toolbox, isKeyframesOnly })
  await runFfmpeg(toolboxOfExtra(work), runOfExtra(work), command)
  const times = await readFile(workspace.path(tileTimesName), 'utf8').catch(() => '')
  return readTileTimes(times).slice(0, plan.maxSheets * tilesPerSheet)
}

/** Sheets first: whoever can read the list finds all that it names. */
async function store({ context, workspace, prefix, signal }: ExtraWork, tiles: number, list: string): Promise<void> {
  for (let sheet = 0; sheet < Math.ceil(tiles / tilesPerSheet); sheet++) {
    const name = `${sheet}.jpg`
    await patiently(signal, () => context.storage.adoptFile(`${prefix}/${name}`, workspace.path(`sheets/${name}`)))
  }
  const options = { contentType: 'text/vtt; charset=utf-8' }
  await patiently(signal, () => context.storage.put(`${prefix}/${storyboardName}`, Buffer.from(list), options))
}

async function record({ context, job, signal }: ExtraAsked, prefix: string | null): Promise<void> {
  const { videoId, sourceKey } = job
  const isRecorded = await patiently(signal, () => recordStoryboard(context.catalog, { videoId, sourceKey, prefix }))
  if (!isRecorded && prefix) await context.storage.deletePrefix(prefix)
}

/** Right after a video was published. What fails here is made up for by the next look for videos without one. */
export async function queueStoryboardOf(context: Context, video: { id: string; source_key: string | null }) {
  if (!video.source_key) return
  await queueStoryboard(context.catalog, video.id, video.source_key).catch((error) => {
    context.logger.warn({ err: error, videoId: video.id }, 'could not queue the storyboard yet')
  })
}
