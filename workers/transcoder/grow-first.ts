import { attemptPrefix } from '#catalog/attempt-prefix.ts'
import { mayGrow } from '#catalog/publish-attempt.ts'
import { AppError } from '#contract/errors.ts'
import { deleteUnpublished } from './delete-unpublished.ts'
import { namedSegments } from './end-growth.ts'
import type { FirstWay } from './first-way.ts'
import { firstSegments, growRendition } from './grow-rendition.ts'
import { type Making, startMaking } from './making.ts'
import type { FinishedRendition } from './media/hls/describe-hls.ts'
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

/**
 * Publishes a first version as soon as its first segments are stored, and adds to it until it is whole.
 * False where nothing came of it, so that another way may be tried. Throws `too_long` where it grows longer than allowed.
 */
export async function growFirst(work: ReadWork, way: FirstWay, beside: Beside): Promise<boolean> {
  const prefix = attemptParts(work.attempt)[way.part]
  await work.workspace.makeFolder(`${way.part}/${firstFolder}`)
  let isShown = false
  const making = startMaking(work, way, (progress) => {
    if (!isShown && !work.video.published_prefix) tellFirst(work, way, progress)
  })
  try {
    const show = async (first: FinishedRendition, isWhole: boolean) => {
      isShown = await showFirst(work, way, beside, { prefix, first, isWhole })
      return isShown
    }
    await grow(work, way, making, { prefix, show, mayMakeWay: beside.mayMakeWay })
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_long') await refuseFirst(work, prefix, error)
    // People watch what there is of it; the publication of the ladder leads them on.
    tolerate(work, error)
  } finally {
    await making.end()
  }
  if (!isShown) await patiently(work.signal, () => deleteUnpublished(work.context, work.attempt.videoId, [prefix]))
  return isShown
}

interface Showing {
  prefix: string
  /** False where it may not be shown. */
  show(first: FinishedRendition, isWhole: boolean): Promise<boolean>
  mayMakeWay(): boolean
}

async function grow(work: ReadWork, way: FirstWay, making: Making, showing: Showing): Promise<void> {
  const { prefix, show, mayMakeWay } = showing
  const { context, workspace, signal } = work
  const place = { root: workspace.path(way.part), prefix, folder: firstFolder, leastTargetS: way.leastTargetS }
  const rendition = growRendition({ storage: context.storage, signal, ...place })
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
    const wanted = isBegun ? stored + batchSegments : toBegin
    const part = made && firstSegments(made, wanted)
    // Judged by what is there: reading all packets for the keyframes would take as long as copying them.
    if (part && !isBegun && !isWorthPublishing(part.playlist)) return
    if (part && (isBegun || isLast || count >= wanted)) {
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
    if (named > 0 && !isLast && mayMakeWay()) await makeWay()
    if (stored >= count && !isLast) await making.orAfter(named > 0 ? lookEveryMs.after : lookEveryMs.before)
    else if (named === 0 && !isLast) await making.orAfter(lookEveryMs.before)
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
