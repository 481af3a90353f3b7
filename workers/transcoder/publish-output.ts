import { attemptOfKey, attemptPrefix } from '#catalog/attempt-prefix.ts'
import type { FormerFile } from '#catalog/former-file.ts'
import { publishAttempt, recordFacts } from '#catalog/publish-attempt.ts'
import { sweepAfterSeconds } from '#catalog/sweep-times.ts'
import { endGrowth } from './end-growth.ts'
import { queueDownloadOf } from './extras/make-download.ts'
import { queueStoryboardOf } from './extras/storyboard.ts'
import { failpoint } from './failpoint.ts'
import { masterName } from './media/ladder/hls-arguments.ts'
import { type Damage, flagsOf } from './media/source/flags-of.ts'
import { patiently } from './patiently.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { putPlaylist } from './stored-text.ts'
import type { ReadWork } from './work.ts'

export interface Output {
  prefix: string
  master: string
  /** Null while it still grows. */
  durationS: number | null
  /** Of the pictures alone, once all of them were decoded. */
  picturesS?: number
  posterKey: string | null
  isWhole: boolean
  /** Known once the whole of it was decoded. */
  damage?: Damage
}

/**
 * The last write is the flag: the master playlist, then the one switch, which also tells what is known of the video.
 * Whoever watches what was shown before plays on: it stays for half a day, and where it had no end yet it gets one now.
 * Throws StaleAttempt where somebody else has taken over.
 */
export async function publishOutput(work: ReadWork, output: Output): Promise<void> {
  const { context, attempt, signal } = work
  const { prefix, posterKey, isWhole } = output
  const { database } = context.catalog
  await patiently(signal, () => putMaster(work, output))
  failpoint(context, isWhole ? 'before-switch' : 'before-first-switch')
  let former: string | null = null
  const isCurrent = await patiently(signal, async () => {
    former = await sweepFormerLater(work, output)
    const facts = factsOf(work, output)
    return publishAttempt(database, attempt, { prefix, posterKey, isWhole, facts })
  })
  if (!isCurrent) throw new StaleAttempt()
  if (isWhole) failpoint(context, 'after-switch')
  context.logger.info({ videoId: attempt.videoId, attempt: attempt.number, prefix, isWhole }, 'published')
  await queueStoryboardOf(context, work.video)
  if (isWhole) await queueDownloadOf(context, attempt.videoId)
  if (former) await patiently(signal, () => endGrowth(context.storage, former!, 'moved'))
}

/** What was published while it grew is whole now: tells its true rates and the length of the video. Throws StaleAttempt. */
export async function completeOutput(
  work: ReadWork,
  output: { prefix: string; master: string; durationS: number },
): Promise<void> {
  const { context, attempt, signal } = work
  await patiently(signal, () => putMaster(work, output))
  const isCurrent = await patiently(signal, () => recordFacts(context.catalog.database, attempt, factsOf(work, output)))
  if (!isCurrent) throw new StaleAttempt()
}

function putMaster({ context }: ReadWork, { prefix, master }: Pick<Output, 'prefix' | 'master'>): Promise<void> {
  return putPlaylist(context.storage, `${prefix}/${masterName}`, master)
}

function factsOf(
  { context, source, durationS: claimedS }: ReadWork,
  { durationS, picturesS, damage }: Pick<Output, 'durationS' | 'picturesS' | 'damage'>,
) {
  const flags = flagsOf(source, { claimedS, durationS, picturesS, damage: damage ?? null }, context.toolbox)
  const { displayWidth, displayHeight } = source.video
  return { durationMs: Math.round((durationS ?? 0) * 1_000), width: displayWidth, height: displayHeight, flags }
}

/**
 * Queued before the switch, so that a crash in between forgets nothing; a prefix that is still shown then is left alone.
 * Resolves with what is shown until now.
 */
async function sweepFormerLater({ context, attempt }: ReadWork, output: Output): Promise<string | null> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select(['published_prefix', 'former'])
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  if (output.isWhole && video?.former) await sweepReplaced(context, video.former)
  const former = video?.published_prefix
  if (!former || former === output.prefix) return null
  const isOwn = former.startsWith(`${attemptPrefix(attempt)}/`)
  await context.catalog.jobs.queueSweep(isOwn ? former : wholeOf(former), sweepAfterSeconds)
  return former
}

/** The switch makes the new file the only one. Should it fail, both are still needed when they are looked at; else they go. */
async function sweepReplaced({ catalog }: ReadWork['context'], former: FormerFile): Promise<void> {
  if (former.sourceKey) await catalog.jobs.queueSweep(former.sourceKey, sourceSweepSeconds)
  await catalog.jobs.queueSweep(wholeOf(former.publishedPrefix), sweepAfterSeconds)
  if (former.storyboardPrefix) await catalog.jobs.queueSweep(former.storyboardPrefix, sweepAfterSeconds)
}

// Time for the switch that follows; a source that outlives this is found by the daily look for such as no video names.
const sourceSweepSeconds = 60

/** An older attempt goes as a whole, with its poster. */
function wholeOf(prefix: string): string {
  const attempt = attemptOfKey(prefix)
  return attempt ? attemptPrefix(attempt) : prefix
}
