import { createHash, randomUUID } from 'node:crypto'
import { type ExpectedVersion, findTrack, requireVersion, saveTrack, type TrackName } from '#catalog/captions.ts'
import type { CaptionTrackRow } from '#catalog/schema.ts'
import { writeWebVtt } from '#contract/captions/write-captions.ts'
import { AppError } from '#contract/errors.ts'
import type { Storage } from '#storage/storage.ts'
import type { Context } from '../context.ts'
import type { ReadCaptions } from './read-captions.ts'

/**
 * Stores the words under a name that was never used, then has the row show them. Whatever ends this halfway, viewers have
 * the old words or the new ones; what was stored in vain is looked for later, by an order that is given before.
 */
export async function storeCaptions(
  { catalog, storage }: Pick<Context, 'catalog' | 'storage'>,
  name: TrackName,
  { cues, expected, ...change }: ReadCaptions & { expected: ExpectedVersion },
): Promise<CaptionTrackRow> {
  const webvtt = writeWebVtt(cues)
  requireVersion(await findTrack(catalog.database, name), expected)
  await requireFewVersions(storage, name.videoId)
  const version = randomUUID().replaceAll('-', '')
  const objectKey = keyOf(name, version, webvtt)
  await catalog.jobs.queueSweep(objectKey, vainAfterSeconds)
  await storage.put(objectKey, Buffer.from(webvtt), { contentType: 'text/vtt; charset=utf-8' })
  return saveTrack(catalog, name, { ...change, expected, text: { webvtt, cueCount: cues.length, objectKey, version } })
}

// Words that were replaced are kept for hours, for players that were opened before: more of them are no work of a person.
const mostVersions = 500

async function requireFewVersions(storage: Storage, videoId: string): Promise<void> {
  let count = 0
  for await (const _ of storage.list(captionFolder(videoId)))
    if (++count >= mostVersions) throw new AppError('captions_too_often')
}

// No request takes longer; by then the row names the object, or nobody ever will.
const vainAfterSeconds = 60 * 60

/** By the version too, so that a name that is about to be swept never comes into use again. */
function keyOf({ videoId, language }: TrackName, version: string, webvtt: string): string {
  const hash = createHash('sha256').update(version).update(webvtt).digest('hex').slice(0, 24)
  return `${captionFolder(videoId)}/${language}-${hash}.vtt`
}

/** What one media token opens: all captions of a video, and nothing else of it. */
function captionFolder(videoId: string): string {
  return `videos/${videoId}/captions`
}
