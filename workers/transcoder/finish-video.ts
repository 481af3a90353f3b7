import { isOpen } from '#catalog/attempts.ts'
import { readResults } from '#catalog/part-sums.ts'
import type { PartRow } from '#catalog/part-tables.ts'
import { AppError } from '#contract/errors.ts'
import { deleteStrays } from './delete-strays.ts'
import { failpoint } from './failpoint.ts'
import { type Rates, ratesOf } from './media/hls/describe-hls.ts'
import { masterPlaylist } from './media/hls/master-playlist.ts'
import { writeMediaPlaylist } from './media/hls/media-playlist.ts'
import { verifyMaster, verifyOutput } from './media/hls/verify-output.ts'
import { audioFolder, playlistName } from './media/ladder/hls-arguments.ts'
import { damageOf, describe, type JoinedRendition, joinParts, type MadePart } from './media/ladder/join-parts.ts'
import type { PartResult } from './media/ladder/part-result.ts'
import { worthwhile } from './media/ladder/worthwhile.ts'
import type { Damage } from './media/source/flags-of.ts'
import { perSecond } from './media/source/frame-rate.ts'
import type { PartWork } from './part-work.ts'
import { patiently } from './patiently.ts'
import type { Plan } from './plan.ts'
import { attemptParts } from './prefixes.ts'
import { publishOutput } from './publish-output.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { putPlaylist } from './stored-text.ts'
import { tellFaults } from './tell-faults.ts'
import { runOn } from './work.ts'

/** Joins what all workers made, verifies it as it lies in storage, and publishes it by the one switch. */
export async function finishVideo(work: PartWork): Promise<void> {
  const { context, attempt, plan, progress, signal } = work
  progress.tell({ stage: 'publishing', percent: 0, speed: 0, secondsLeft: null })
  const results = await patiently(signal, () => readResults(context.catalog.database, attempt))
  const { videos, audio, damage } = joinAll(plan, results)
  const durationS = Math.max(videos[0]!.durationS, audio?.durationS ?? 0)
  if (durationS > context.config.limits.maxDurationS) throw new AppError('too_long')

  const { ladder: prefix } = attemptParts(attempt)
  const all = audio ? [...videos, audio] : videos
  failpoint(context, 'before-playlists')
  for (const { name, playlist } of all) {
    const key = `${prefix}/${name}/${playlistName}`
    await patiently(signal, () => putPlaylist(context.storage, key, writeMediaPlaylist(playlist)))
  }
  const sizes = await verifyOutput(context, runOn(work, 0), { prefix, videos, audio })
  const kept = worthwhile(videos.map((video) => ({ ...video, ...ratesOf(video, sizes) })))
  const described = { prefix, master: describeMaster(plan, kept, audio, sizes), sizes }
  const { master, faults } = await patiently(signal, () => verifyMaster(context.storage, described))
  tellFaults(context, { videoId: attempt.videoId }, faults)
  // What is not worth naming stays for now: should this run twice, all of it is verified again.
  await deleteStrays({ storage: context.storage, signal }, { prefix, renditions: all, sizes })
  // A worker that slept here finds the video made whole by another: nothing of it is written over.
  if (!(await patiently(signal, () => isOpen(context.catalog.database, attempt)))) throw new StaleAttempt()
  const posterKey = posterOf(results)
  const picturesS = videos[0]!.durationS
  await publishOutput(work, { prefix, durationS, picturesS, posterKey, isWhole: true, master, damage })
  for (const { name } of videos.filter((video) => !kept.some((one) => one.name === video.name))) {
    await patiently(signal, () => context.storage.deletePrefix(`${prefix}/${name}`))
  }
  await progress.settle()
  progress.tell({ stage: 'done', percent: 100, speed: 0, secondsLeft: null })
  await progress.settle()
}

interface Joined {
  videos: JoinedRendition[]
  audio: JoinedRendition | null
  damage: Damage
}

type Results = Awaited<ReturnType<typeof readResults>>

function joinAll({ ladder }: Plan, results: Results): Joined {
  const pictures = results
    .filter(isOf('pictures'))
    .map((row): MadePart => ({ part: row.part, fromFrame: row.from_frame, frames: row.frames, result: resultOf(row) }))
  const names = ladder.renditions.map(({ name }) => name)
  const sound = results.find(isOf('sound'))
  const made = sound && resultOf(sound).renditions[audioFolder]
  return {
    videos: joinParts(pictures, names, ladder.frameRate),
    audio: made ? describe(audioFolder, [made]) : null,
    damage: damageOf(pictures),
  }
}

function isOf(kind: PartRow['kind']) {
  return (row: Results[number]) => row.kind === kind
}

function resultOf({ result }: Results[number]): PartResult {
  return result as unknown as PartResult
}

function posterOf(results: Results): string | null {
  const first = results.find(isOf('first'))?.result as { posterKey?: string } | null | undefined
  return first?.posterKey ?? null
}

function describeMaster(
  { ladder }: Plan,
  videos: (JoinedRendition & Rates)[],
  audio: JoinedRendition | null,
  sizes: Map<string, number>,
): string {
  const variants = videos.map(({ name, codec, peakBitsPerSecond, averageBitsPerSecond }) => {
    const { width, height } = ladder.renditions.find((rendition) => rendition.name === name)!
    return {
      ...{ uri: `${name}/${playlistName}`, width, height, framesPerSecond: perSecond(ladder.frameRate) },
      ...{ codecs: [codec], peakBitsPerSecond, averageBitsPerSecond },
    }
  })
  const sound = audio && {
    uri: `${audioFolder}/${playlistName}`,
    codec: audio.codec,
    channels: 2,
    ...ratesOf(audio, sizes),
  }
  return masterPlaylist(variants, sound)
}
