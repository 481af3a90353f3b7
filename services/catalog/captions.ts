import type { Kysely, Transaction } from 'kysely'
import { type CaptionKind, captionLimits } from '#contract/captions.ts'
import { AppError } from '#contract/errors.ts'
import type { Catalog } from './open-catalog.ts'
import type { CaptionTrackRow, Database } from './schema.ts'
import { sweepAfterSeconds } from './sweep-times.ts'

/** A track without its text. */
export type CaptionTrackFacts = Omit<CaptionTrackRow, 'webvtt'>

/** The version that a change was made from: one of them, any (`*`), none (`null`: the track must be new). */
export type ExpectedVersion = string | '*' | null

export interface TrackName {
  videoId: string
  language: string
}

export interface NewTrackText {
  webvtt: string
  cueCount: number
  objectKey: string
  version: string
}

export interface TrackChange {
  expected: ExpectedVersion
  text?: NewTrackText
  kind?: CaptionKind
  isDefault?: boolean
  /** Of a track that there is; its object keeps its name, which nobody reads a language from. */
  language?: string
}

/** In the order of their tags. */
export async function listTracks(database: Kysely<Database>, videoId: string): Promise<CaptionTrackFacts[]> {
  return database
    .selectFrom('caption_track')
    .select(facts)
    .where('video_id', '=', videoId)
    .orderBy('language')
    .execute()
}

export async function findTrack(database: Kysely<Database>, name: TrackName): Promise<CaptionTrackRow | null> {
  return (await tracksNamed(database, name).selectAll().executeTakeFirst()) ?? null
}

/**
 * Makes a stored object the text of a track, all at once with giving up the one before.
 * Throws `captions_changed` or `captions_exist` where the track is not of the expected version, `captions_taken` where it is
 * to become one of a language that has another, and `not_found` where the video is gone; then the object is nobody's.
 */
export async function saveTrack(catalog: Catalog, name: TrackName, change: TrackChange): Promise<CaptionTrackRow> {
  return inTurn(catalog, name.videoId, async (transaction) => {
    const before = await findTrack(transaction, name)
    requireVersion(before, change.expected)
    if (!before && !change.text) throw new AppError('not_found')
    if (!before) await requireRoom(transaction, name.videoId)
    await requireFree(transaction, name, change.language)
    if (change.isDefault) await forgetDefault(transaction, name.videoId)
    const { text, kind, isDefault, language } = change
    const values = {
      ...(text && { webvtt: text.webvtt, cue_count: text.cueCount, object_key: text.objectKey }),
      ...(kind && { kind }),
      ...(language && { language }),
      ...(isDefault !== undefined && { is_default: isDefault }),
      version: text?.version ?? before!.version,
      updated_at: new Date(),
    }
    const saved = before
      ? await transaction
          .updateTable('caption_track')
          .set(values)
          .where('video_id', '=', name.videoId)
          .where('language', '=', name.language)
          .returningAll()
          .executeTakeFirstOrThrow()
      : await transaction
          .insertInto('caption_track')
          .values({ video_id: name.videoId, language: name.language, ...newTrack(text!), ...values })
          .returningAll()
          .executeTakeFirstOrThrow()
    if (before && before.object_key !== saved.object_key) await giveUp(catalog, transaction, before.object_key)
    return saved
  })
}

/** Throws `not_found` where there is none, `captions_changed` where it is not of the expected version. */
export async function deleteTrack(catalog: Catalog, name: TrackName, expected: string | '*'): Promise<void> {
  await inTurn(catalog, name.videoId, async (transaction) => {
    const track = await findTrack(transaction, name)
    if (!track) throw new AppError('not_found')
    requireVersion(track, expected)
    await transaction
      .deleteFrom('caption_track')
      .where('video_id', '=', name.videoId)
      .where('language', '=', name.language)
      .execute()
    await giveUp(catalog, transaction, track.object_key)
  })
}

/** Whether a track shows this object. */
export async function isCaptionObject(database: Kysely<Database>, objectKey: string): Promise<boolean> {
  const row = await database
    .selectFrom('caption_track')
    .select('language')
    .where('video_id', '=', objectKey.split('/')[1] ?? '')
    .where('object_key', '=', objectKey)
    .executeTakeFirst()
  return row !== undefined
}

const facts = [
  'video_id',
  'language',
  'kind',
  'is_default',
  'cue_count',
  'object_key',
  'version',
  'updated_at',
] as const

async function giveUp({ jobs }: Catalog, transaction: Transaction<Database>, objectKey: string): Promise<void> {
  await jobs.queueSweepIn(transaction, objectKey, sweepAfterSeconds)
}

/** Changes of one video's tracks wait for one another: there is one default, and a version is compared once. */
async function inTurn<Result>(
  { database }: Catalog,
  videoId: string,
  change: (transaction: Transaction<Database>) => Promise<Result>,
): Promise<Result> {
  return database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .select('id')
      .where('id', '=', videoId)
      .forNoKeyUpdate()
      .executeTakeFirst()
    if (!video) throw new AppError('not_found')
    return change(transaction)
  })
}

export function requireVersion(track: Pick<CaptionTrackRow, 'version'> | null, expected: ExpectedVersion): void {
  if (expected === null && track) throw new AppError('captions_exist')
  if (expected !== null && expected !== '*' && track?.version !== expected) throw new AppError('captions_changed')
}

async function requireRoom(transaction: Transaction<Database>, videoId: string): Promise<void> {
  const tracks = await listTracks(transaction, videoId)
  if (tracks.length >= captionLimits.languages) throw new AppError('captions_languages')
}

async function requireFree(
  transaction: Transaction<Database>,
  { videoId, language: from }: TrackName,
  language = from,
): Promise<void> {
  if (language !== from && (await findTrack(transaction, { videoId, language }))) throw new AppError('captions_taken')
}

async function forgetDefault(transaction: Transaction<Database>, videoId: string): Promise<void> {
  await transaction
    .updateTable('caption_track')
    .set({ is_default: false })
    .where('video_id', '=', videoId)
    .where('is_default', '=', true)
    .execute()
}

function newTrack(text: NewTrackText) {
  return {
    kind: 'subtitles' as const,
    webvtt: text.webvtt,
    cue_count: text.cueCount,
    object_key: text.objectKey,
  }
}

function tracksNamed(database: Kysely<Database>, { videoId, language }: TrackName) {
  return database.selectFrom('caption_track').where('video_id', '=', videoId).where('language', '=', language)
}
