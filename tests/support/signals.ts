// The whole system, an everyday browser and other people's sites, for tests of what a play tells about itself.
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gradeOfRank } from '#contract/grade.ts'
import { type Mark, marksIn } from '#contract/marks.ts'
import { partCount } from '#contract/play-steps.ts'
import { type EverydayBrowser, startEverydayBrowser } from './browser.ts'
import { startClickHouse } from './clickhouse.ts'
import { makeClip } from './media.ts'
import { type OtherSites, startOtherSites } from './other-sites.ts'
import { type Person, signUp } from './person.ts'
import { startTestSystem, type TestSystem } from './system.ts'
import { until } from './until.ts'

/** Length of the video that everybody watches. */
export const clipSeconds = 24

/** One play as Views Details knows it. */
export interface KnownPlay {
  playId: string
  site: string
  topSite: string
  page: string
  grade: string
  embedKey: string
  viewer: string
  visible: number
  started: number
  autoplay: number
  viewed: number
  engaged: number
  finished: number
  watchedMs: number
  hiddenMs: number
  errors: number
  width: number
  height: number
  fullscreenBlocked: number
  autoplayBlocked: number
  sandboxed: number
  isPlaying: number
  /** Numbers of the parts that were covered, and of those that were entered again. */
  covered: number[]
  repeated: number[]
  marks: Mark[]
}

export interface SignalStage extends EverydayBrowser {
  system: TestSystem
  owner: Person
  sites: OtherSites
  videoId: string
  /** An iframe as people write it by hand. */
  iframe(query?: string, attributes?: string): string
  snippets: { iframe: string; script: string }
  plays(isOne: (play: KnownPlay) => boolean): Promise<KnownPlay[]>
  /** The one play of a site, once it is as it should be. */
  play(of: Partial<KnownPlay>, isThere?: (play: KnownPlay) => boolean): Promise<KnownPlay>
}

export async function startSignalStage(): Promise<SignalStage> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-signals-'))
  const clickhouse = await startClickHouse()
  const [everyday, sites, system, clip] = await Promise.all([
    startEverydayBrowser(),
    startOtherSites(),
    startTestSystem({ CLICKHOUSE_URL: clickhouse.url }),
    makeClip(join(folder, 'clip.mp4'), { seconds: clipSeconds }),
  ])
  const owner = await signUp(system.url)
  const { id: videoId } = await owner.upload(await openAsBlob(clip), 'clip.mp4')
  await until(
    () => owner.video(videoId),
    ({ status }) => status === 'ready',
  )
  const snippets = (await (await owner.request(`/api/videos/${videoId}/snippets`)).json()) as SignalStage['snippets']

  async function plays(isOne: (play: KnownPlay) => boolean): Promise<KnownPlay[]> {
    const answer = await clickhouse.client.query({
      query: knownPlays,
      query_params: { videoId },
      format: 'JSONEachRow',
    })
    return (await answer.json<StoredPlay>()).map(readPlay).filter(isOne)
  }

  return {
    ...everyday,
    system,
    owner,
    sites,
    videoId,
    snippets,
    iframe: (query = '', attributes = '') =>
      `<iframe src="${system.url}/embed/${videoId}${query}" width="640" height="360" allow="autoplay; fullscreen" ${attributes}></iframe>`,
    plays,
    async play(of, isThere = () => true) {
      const found = await until(
        () => plays((play) => Object.entries(of).every(([name, value]) => play[name as keyof KnownPlay] === value)),
        ([play]) => play !== undefined && isThere(play),
        30_000,
      )
      if (found.length > 1) throw new Error(`${found.length} plays instead of one: ${JSON.stringify(of)}`)
      return found[0]!
    },
    async stop() {
      await everyday.stop()
      await Promise.all([sites.stop(), system.stop()])
      await clickhouse.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const knownPlays = `
  SELECT lower(hex(play_id)) AS playId, site, top_site AS topSite, page, grade, embed_key AS embedKey,
    toString(viewer) AS viewer, visible, started, autoplay, viewed, engaged, finished, watched_ms AS watchedMs,
    hidden_ms AS hiddenMs, errors, player_width AS width, player_height AS height,
    fullscreen_blocked AS fullscreenBlocked, autoplay_blocked AS autoplayBlocked, sandboxed, was_playing AS isPlaying,
    toString(covered_low) AS coveredLow, toString(covered_high) AS coveredHigh, toString(repeated_low) AS repeatedLow,
    toString(repeated_high) AS repeatedHigh, not_counted AS notCounted
  FROM merged_play
  WHERE video_id = {videoId: String}`

interface StoredPlay extends Omit<KnownPlay, 'grade' | 'covered' | 'repeated' | 'marks'> {
  grade: number
  coveredLow: string
  coveredHigh: string
  repeatedLow: string
  repeatedHigh: string
  notCounted: number
}

function readPlay(row: StoredPlay): KnownPlay {
  const { coveredLow, coveredHigh, repeatedLow, repeatedHigh, notCounted, ...same } = row
  return {
    ...same,
    grade: gradeOfRank(row.grade),
    covered: partsIn(coveredLow, coveredHigh),
    repeated: partsIn(repeatedLow, repeatedHigh),
    marks: marksIn(notCounted),
  }
}

function partsIn(low: string, high: string): number[] {
  const bits = (BigInt(high) << 64n) | BigInt(low)
  return Array.from({ length: partCount }, (_, part) => part).filter((part) => (bits >> BigInt(part)) & 1n)
}
