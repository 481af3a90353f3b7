import { join } from 'node:path'
import { attemptPrefix } from '#catalog/attempt-prefix.ts'
import { mayGrow } from '#catalog/publish-attempt.ts'
import { AppError } from '#contract/errors.ts'
import { deleteUnpublished } from './delete-unpublished.ts'
import { namedSegments } from './end-growth.ts'
import type { FirstWay } from './first-way.ts'
import { firstSegments, growRendition, segmentsTo } from './grow-rendition.ts'
import { type Making, startMaking } from './making.ts'
import type { FinishedRendition } from './media/hls/describe-hls.ts'
import { followTiming } from './media/hls/follow-timing.ts'
import { faultText } from './media/hls/validate-hls.ts'
import { OutputFault } from './media/hls/verify-output.ts'
import { isWorthPublishing } from './media/ladder/remux.ts'
import type { FfmpegProgress } from './media/run/ffmpeg-progress.ts'
import { watchForOthers } from './others-wait.ts'
import { patiently } from './patiently.ts'
import { attemptParts, firstFolder } from './prefixes.ts'
import { stageProgress } from './report-progress.ts'
import { type Beside, completeFirst, refuseFirst, showFirst } from './show-first.ts'
import { StaleAttempt } from './stale-attempt.ts'
import { tolerate } from './tolerate.ts'
import type { ReadWork } from './work.ts'

// Until there is something to watch every moment counts; afterwards nobody waits.
const lookEveryMs = { before: 50, after: 250 }
/** Players ask again every few seconds; more writes than this would be paid for nothing. */
const nameEveryMs = 1_000
/** Stored between two looks at the clock; a copy of a film is made faster than it is stored. */
const batchSegments = 16

/** What came of one way. */
export interface Grown {
  /** False where nothing came of it, or something that must not be gone on with: another way may be tried. */
  isGood: boolean
  /** How much of it is shown, in seconds. */
  shownS: number
}

/**
 * Publishes a first version as soon as its first segments are stored, and adds to it until it is whole. Where another way
 * has shown something before, it is published once it leads as far. Throws `too_long` where it grows longer than allowed.
 */
export async function growFirst(work: ReadWork, way: FirstWay, beside: Beside, shownBeforeS = 0): Promise<Grown> {
  const prefix = attemptParts(work.attempt)[way.part]
  await work.workspace.makeFolder(`${way.part}/${firstFolder}`)
  let [isShown, isAstray, shownS] = [false, false, 0]
  const making = startMaking(work, way, (progress) => {
    if (!isShown && shownBeforeS === 0 && !work.video.published_prefix) tellFirst(work, way, progress)
  })
  try {
    const show = async (first: FinishedRendition, isWhole: boolean) => {
      isShown = await showFirst(work, way, beside, { prefix, first, isWhole })
      return isShown
    }
    const onNamed = (durationS: number) => {
      shownS = durationS
    }
    await grow(work, way, making, { prefix, show, onNamed, shownBeforeS, mayMakeWay: beside.mayMakeWay })
  } catch (error) {
    isAstray = error instanceof OutputFault
    if (error instanceof AppError && error.code === 'too_long') await refuseFirst(work, prefix, error)
    // People watch what there is of it; the publication of the ladder leads them on.
    tolerate(work, error)
  } finally {
    await making.end()
  }
  if (!isShown) await patiently(work.signal, () => deleteUnpublished(work.context, work.attempt.videoId, [prefix]))
  return { isGood: isShown && !isAstray, shownS: isShown ? shownS : 0 }
}

interface Showing {
  prefix: string
  /** False where it may not be shown. */
  show(first: FinishedRendition, isWhole: boolean): Promise<boolean>
  onNamed(durationS: number): void
  shownBeforeS: number
  mayMakeWay(): boolean
}

async function grow(work: ReadWork, way: FirstWay, making: Making, showing: Showing): Promise<void> {
  const { prefix, show, onNamed, shownBeforeS, mayMakeWay } = showing
  const { context, workspace, signal } = work
  const place = { root: workspace.path(way.part), prefix, folder: firstFolder, leastTargetS: way.leastTargetS }
  const rendition = growRendition({ storage: context.storage, signal, ...place })
  const faultOf = followTiming(join(place.root, place.folder))
  // Where the same was begun before, its players must not see it get shorter.
  const shown = await patiently(signal, () => shownSegments(work, way, prefix))
  const toBegin = Math.max(way.segmentsToBegin, shown)
  // A copy is soon done; what is encoded may take as long as a film.
  const makeWay = way.part === 'first' ? watchForOthers(work) : async () => {}
  let stored = 0
  let named = 0
  let namedAtMs = 0

  async function name(part: FinishedRendition, isWhole: boolean): Promise<void> {
    // A worker that slept must not give an end that was set since back to growth; and this is where a deletion is noticed.
    if (!(await patiently(signal, () => mayGrow(context.catalog.database, work.attempt)))) throw new StaleAttempt()
    await rendition.name(part, isWhole ? 'whole' : 'growing')
    named = stored
    onNamed(part.durationS)
    namedAtMs = performance.now()
  }

  for (;;) {
    signal.throwIfAborted()
    const isLast = making.isOver
    if (isLast) await making.done
    const made = await rendition.look()
    const count = made?.playlist.segments.length ?? 0
    if (made && made.durationS > context.config.limits.maxDurationS) throw new AppError('too_long')
    const isBegun = named > 0
    const wanted = isBegun ? stored + batchSegments : Math.max(toBegin, made ? segmentsTo(made, shownBeforeS) : 0)
    const part = made && firstSegments(made, wanted)
    // Judged by what is there: reading all packets for the keyframes would take as long as copying them.
    if (part && !isBegun && !isWorthPublishing(part.playlist)) return
    if (part && (isBegun || isLast || count >= wanted)) {
      const fault = await faultOf(part.playlist)
      if (fault) throw new OutputFault(faultText(fault))
      await rendition.store(part)
      stored = Math.min(wanted, count)
      const isWhole = isLast && stored === count
      if (!isBegun) {
        await name(part, isWhole)
        if (!(await show(part, isWhole)) || isWhole) return
      } else if (isWhole) {
        await name(part, true)
        return completeFirst(work, way, prefix, part)
      } else if (stored > named && performance.now() - namedAtMs >= nameEveryMs) {
        await name(part, false)
      }
    }
    if (isLast && count === 0) return
    // Where a copy went astray people watch that meanwhile.
    const isWatched = named > 0 || shownBeforeS > 0
    const lookAfterMs = isWatched ? lookEveryMs.after : lookEveryMs.before
    if (isWatched && !isLast && mayMakeWay()) await makeWay()
    if ((stored >= count || named === 0) && !isLast) await making.orAfter(lookAfterMs)
  }
}

/** How much is shown of this way already, by this try or the one before. */
async function shownSegments(
  { context, video, attempt }: ReadWork,
  { part }: FirstWay,
  prefix: string,
): Promise<number> {
  const { published_prefix: published } = video
  const isSame = published?.startsWith(`${attemptPrefix(attempt)}/`) && published.endsWith(`/${part}`)
  const prefixes = [prefix, ...(isSame ? [published!] : [])]
  return Math.max(...(await Promise.all(prefixes.map((one) => namedSegments(context.storage, one)))))
}

/** How near the moment is when people can watch. */
function tellFirst({ progress, durationS }: ReadWork, way: FirstWay, { positionS, speed }: FfmpegProgress): void {
  const wholeS = Math.min(way.secondsToBegin, durationS ?? way.secondsToBegin)
  progress.tell(stageProgress('first', Math.min(positionS, wholeS), wholeS, speed))
}
