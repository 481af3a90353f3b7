import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { beepsIn, flashesIn } from '#support/flashes.ts'
import { testConfig } from '#support/transcoder-bench.ts'
import { openTestSite } from '#support/transcoder-site.ts'
import { createLogger } from '../../services/program/logger.ts'
import { startTranscoder } from '../../workers/transcoder/start-transcoder.ts'

/** For tests of picture and sound: a worker, and clips that flash and beep at once. */
export interface SyncSite {
  path(name: string): string
  /** Makes a video of a clip, and expects so many moments of which eye and ear tell within 50 ms, in all that is published. */
  expectTogether(name: string, moments: number): Promise<void>
  close(): Promise<void>
}

const maxDifferenceMs = 50

export async function openSyncSite(): Promise<SyncSite> {
  const site = await openTestSite()
  const transcoder = await startTranscoder(testConfig(site.folder, site.databaseUrl), createLogger('test', 'silent'))
  const path = (name: string) => join(site.folder, name)

  async function expectTogether(name: string, moments: number): Promise<void> {
    const { id } = await site.upload(path(name))
    expect((await site.reaches(id, 'ready', 'failed')).status).toBe('ready')
    const at = (playlist: string) => path(`storage/videos/${id}/a1/${playlist}/playlist.m3u8`)
    expect(existsSync(at('ladder/240p'))).toBe(true)
    for (const [picture, sound] of places) {
      if (!existsSync(at(picture))) continue
      const [flashes, beeps] = await Promise.all([flashesIn(at(picture)), beepsIn(at(sound))])
      const differences = pair(flashes, beeps)
      expect(differences.length, picture).toBeGreaterThanOrEqual(moments)
      const worst = Math.max(...differences.map(Math.abs))
      expect(worst, `${picture}, sound after picture in ms: ${differences}`).toBeLessThanOrEqual(maxDifferenceMs)
    }
  }

  return {
    path,
    expectTogether,
    async close() {
      await transcoder.stop()
      await site.close()
    },
  }
}

const places = [
  ['ladder/240p', 'ladder/audio'],
  ['remux/all', 'remux/all'],
  ['first/all', 'first/all'],
] as const

/** By how many milliseconds the sound comes after the picture. Where one of them begins late it has fewer moments. */
function pair(flashes: number[], beeps: number[]): number[] {
  const [few, many, sign] = flashes.length <= beeps.length ? [flashes, beeps, 1] : [beeps, flashes, -1]
  return few.map((moment) => {
    const distances = many.map((other) => (other - moment) * 1_000 * sign)
    const nearest = (best: number, one: number) => (Math.abs(one) < Math.abs(best) ? one : best)
    return Math.round(distances.reduce(nearest, Number.POSITIVE_INFINITY))
  })
}
