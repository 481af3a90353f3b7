import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, type GroupOptions, median, pairedRatio, range } from './figure.ts'
import { measureFirstFrames } from './first-frame.ts'
import { type BenchClip, makeClips, makeSlowClip } from './publish/clips.ts'
import { defaultWorkers, openSite, type Site } from './publish/open-site.ts'
import { firstWords, ladderWords, remuxWords, secondsOf } from './publish/plain.ts'
import { measureQuality } from './publish/quality.ts'
import { measureMemory, measureTwoWorkers } from './publish/workers.ts'

/** From "upload finished" to what viewers get, by worker processes on real stores, against plain ffmpeg on the same file. */
export async function publishGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-bench-'))
  try {
    const clips = await makeClips(folder, quick)
    const slow = await makeSlowClip(folder, quick)
    return [
      ...(await measureShown(folder, clips, slow, quick)),
      ...(await measureLadders(folder, clips[0]!, quick)),
      await measureTwoWorkers(folder, clips[0]!, quick),
      await measureMemory(folder, clips[0]!),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Until somebody sees the first picture, through the whole system. */
async function measureShown(folder: string, clips: BenchClip[], slow: BenchClip, quick: boolean): Promise<Figure[]> {
  const copied = clips.map((clip) => ({
    ...clip,
    figure: `publish.playable_s${clip.name}`,
    goal: '≤ 2 s, not growing with the length',
    isMet: (shownS: number) => shownS <= 2,
    plainName: 'plain copy of all of it',
    plain: async () => secondsOf(await remuxWords(clip.path, folder)),
  }))
  const encoded = {
    ...slow,
    figure: 'publish.first_s_other_codec',
    goal: "ratio ≤ 0.2 of the plain one's whole time",
    isMet: (_shownS: number, ratio: number) => ratio <= 0.2,
    plainName: 'plain ffmpeg of all of the same first version',
    plain: async () => secondsOf(await firstWords(slow.path, folder)),
  }
  return measureFirstFrames(folder, [...copied, encoded], quick ? 1 : 3)
}

async function measureLadders(folder: string, clip: BenchClip, quick: boolean): Promise<Figure[]> {
  const site = await openSite(join(folder, 'site'), defaultWorkers())
  try {
    return [await measureLadder(site, folder, clip, quick ? 1 : 3), ...(await measureQuality(site, folder, clip))]
  } finally {
    await site.close()
  }
}

async function measureLadder(site: Site, folder: string, clip: BenchClip, runs: number): Promise<Figure> {
  const ours: number[] = []
  const baseline: number[] = []
  for (let run = 0; run < runs; run++) {
    ours.push(await site.secondsUntil(clip.path, 'ready'))
    baseline.push(await secondsOf(await ladderWords(clip.path, folder)))
  }
  const ratio = pairedRatio(ours, baseline)
  return {
    name: 'ladder.whole',
    value: median(ours),
    unit: 's',
    baseline: median(baseline),
    ratio,
    goal: 'ratio ≤ 1.0',
    met: ratio <= 1,
    runs,
    note: `${clip.what}, 720p to 240p, with copy, poster, checks and publishing, by ${site.workers.length} workers on ${cpus().length} cores; ours ${range(ours, 's')}, plain ffmpeg ${range(baseline, 's')}`,
  }
}
