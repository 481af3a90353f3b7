import { publishAttempt, recordFacts } from '#catalog/attempts.ts'
import { isTruncated } from './media/duration.ts'
import { patiently } from './patiently.ts'
import { attemptPrefix } from './prefixes.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { sweepAfterSeconds } from './sweep-prefix.ts'
import type { ReadWork } from './work.ts'

export interface Output {
  prefix: string
  master: string
  durationS: number
  posterKey: string | null
  isWhole: boolean
}

/**
 * The last write is the flag: the master playlist, then what is known of the video, then the one switch.
 * Throws StaleAttempt where somebody else has taken over.
 */
export async function publishOutput(work: ReadWork, output: Output): Promise<void> {
  const { context, attempt, signal } = work
  const { prefix, posterKey, isWhole } = output
  const { database } = context.catalog
  await patiently(signal, () => putMaster(work, output))
  const isCurrent = await patiently(signal, async () => {
    if (!(await recordFacts(database, attempt, factsOf(work, output)))) return false
    await sweepFormerLater(work, output)
    return publishAttempt(database, attempt, { prefix, posterKey, isWhole })
  })
  if (!isCurrent) throw new StaleAttempt()
  context.logger.info({ videoId: attempt.videoId, attempt: attempt.number, prefix, isWhole }, 'published')
}

async function putMaster({ context }: ReadWork, { prefix, master }: Output): Promise<void> {
  const contentType = 'application/vnd.apple.mpegurl'
  await context.storage.put(`${prefix}/master.m3u8`, Buffer.from(master), { contentType })
}

function factsOf({ source, durationS: claimedS }: ReadWork, { durationS }: Output) {
  const flags = []
  if (isTruncated(claimedS, durationS)) flags.push('source_truncated')
  if (source.video.hdr) flags.push('hdr')
  const { displayWidth, displayHeight } = source.video
  return { durationMs: Math.round(durationS * 1_000), width: displayWidth, height: displayHeight, flags }
}

/** Queued before the switch, so that a crash in between forgets nothing; a prefix that is still shown then is left alone. */
async function sweepFormerLater({ context, attempt }: ReadWork, output: Output): Promise<void> {
  const video = await context.catalog.database
    .selectFrom('video')
    .select('published_prefix')
    .where('id', '=', attempt.videoId)
    .executeTakeFirst()
  const former = video?.published_prefix
  if (!former || former === output.prefix) return
  const isOwn = former.startsWith(`${attemptPrefix(attempt)}/`)
  // An older attempt goes as a whole, with its poster.
  await context.catalog.jobs.queueSweep(isOwn ? former : former.replace(/\/[^/]+$/, ''), sweepAfterSeconds)
}
