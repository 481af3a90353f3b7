import { join } from 'node:path'
import { expect } from 'vitest'
import { cancelVideo } from '#catalog/cancel-video.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { uploadFile } from '#support/upload-file.ts'
import { createLogger } from '../../services/program/logger.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import { readTranscoderConfig } from '../../workers/transcoder/config.ts'
import { startTranscoder } from '../../workers/transcoder/start-transcoder.ts'
import { seededRandom } from '../faults/random.ts'
import { makeClip } from './media.ts'
import { testEnvironment } from './transcoder-bench.ts'
import { openTestSite, type TestSite } from './transcoder-site.ts'
import { until } from './until.ts'

// By their width it is seen of which file a video was made.
const widths = [64, 96, 128]

/**
 * While a video is being made, its file is replaced twice, and it is made private, stopped or deleted, all at once and each
 * time in another order. Whatever comes out, it is all of one file: the last one.
 */
export async function raceReplacements(rounds: number, seed: number): Promise<void> {
  const site = await openTestSite()
  const config = readTranscoderConfig(testEnvironment(site.folder, site.databaseUrl))
  const transcoder: RunningProgram = await startTranscoder(config, createLogger('test', 'silent'))
  try {
    const clips = await Promise.all(widths.map((width) => clipOf(site, width)))
    for (let first = 0; first < rounds; first += sideBySide) {
      const batch = Array.from({ length: Math.min(sideBySide, rounds - first) }, (_, index) => first + index)
      await Promise.all(batch.map((round) => race(site, clips, randomOf(seed, round), `seed ${seed}, round ${round}`)))
    }
  } finally {
    await transcoder.stop()
    await site.close()
  }
}

// So that some wait for their turn while they are changed.
const sideBySide = 5

/** The same for the same round, whatever happens beside it. */
function randomOf(seed: number, round: number): () => number {
  const { whole } = seededRandom(seed * 1_000 + round)
  return () => whole(0, 999) / 1_000
}

function clipOf({ folder }: TestSite, width: number): Promise<string> {
  return makeClip(join(folder, `${width}.mp4`), { seconds: 0.5, width, height: 64, framesPerSecond: 10 })
}

async function race(site: TestSite, clips: string[], random: () => number, name: string): Promise<void> {
  const { id, source_key } = await site.upload(clips[0]!)
  const widthOf = new Map([[source_key, widths[0]]])
  // Somewhere between its first byte and its being whole.
  const moment = (['queued', 'processing', 'playable', 'ready'] as const)[Math.floor(random() * 4)]!
  await site.reaches(
    id,
    ...(moment === 'queued' ? (['queued', 'processing', 'playable', 'ready'] as const) : ([moment, 'ready'] as const)),
  )
  const replace = (index: number) => async () => {
    const sourceKey = `sources/${crypto.randomUUID()}`
    widthOf.set(sourceKey, widths[index])
    await uploadFile(site, clips[index]!, { sourceKey, replaces: id })
  }
  const { database } = site.catalog
  const third = random()
  const deeds: (() => Promise<unknown>)[] = [replace(1), replace(2)]
  if (third < 0.4)
    deeds.push(() => database.updateTable('video').set({ visibility: 'private' }).where('id', '=', id).execute())
  else if (third < 0.7) deeds.push(() => cancelVideo(site.catalog, id))
  else deeds.push(() => database.deleteFrom('video').where('id', '=', id).execute())
  deeds.sort(() => random() - 0.5)
  const outcomes = await Promise.allSettled(deeds.map((deed) => deed()))
  const codes = outcomes.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code?: string }).code] : []))
  expect([name, codes.filter((code) => code !== 'not_found')]).toEqual([name, []])
  await until(
    () => rowOf(site, id),
    (row) => row === undefined || ['ready', 'failed'].includes(row.status),
    60_000,
  )
  const row = await rowOf(site, id)
  if (third >= 0.7) return expect([name, row]).toEqual([name, undefined])
  if (third < 0.4) expect([name, row!.visibility, row!.status]).toEqual([name, 'private', 'ready'])
  else if (row!.status === 'failed') return expect([name, row!.failure_code]).toEqual([name, 'cancelled'])
  expect([name, row!.former, row!.width]).toEqual([name, null, widthOf.get(row!.source_key)])
  expect([name, await site.storage.head(row!.source_key!)]).not.toEqual([name, null])
  await expectWhole(site, row!, name)
}

function rowOf({ catalog }: TestSite, id: string): Promise<VideoRow | undefined> {
  return catalog.database.selectFrom('video').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Everything that the playlists name is there. */
async function expectWhole(site: TestSite, { published_prefix: prefix }: VideoRow, name: string): Promise<void> {
  const named = async (path: string) => {
    const text = await site.read(`${prefix}/${path}`)
    const uris = [...text.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri!)
    return [...uris, ...text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))]
  }
  for (const playlist of await named('master.m3u8'))
    for (const object of await named(playlist)) {
      const key = `${prefix}/${playlist.replace(/[^/]+$/, '')}${object}`
      expect([name, key, (await site.storage.head(key)) !== null]).toEqual([name, key, true])
    }
}
