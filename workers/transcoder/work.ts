import type { Attempt } from '#catalog/attempts.ts'
import type { VideoRow } from '#catalog/schema.ts'
import type { Context } from './context.ts'
import type { Run } from './media/run/run-ffmpeg.ts'
import { sourceName } from './media/run/source-name.ts'
import { lengthLimit } from './media/source/duration.ts'
import type { Source } from './media/source/source.ts'
import type { ProgressReport } from './report-progress.ts'
import type { Workspace } from './workspace.ts'

/** One attempt at one video, under way. */
export interface Work {
  context: Context
  attempt: Attempt
  video: VideoRow
  workspace: Workspace
  progress: ProgressReport
  /** Aborted when the program stops, the claim is lost, or a part of the work has failed. */
  signal: AbortSignal
}

/** The same once the source was read. */
export interface ReadWork extends Work {
  source: Source
  /** What to reckon with, in seconds; null where the file claims nothing and its packets tell nothing. */
  durationS: number | null
}

/** How much may be made of this work's source, in seconds. */
export function limitsOf({ context, source }: Pick<ReadWork, 'context' | 'source'>): { maxDurationS: number } {
  return { maxDurationS: lengthLimit(source, context.config.limits.maxDurationS) }
}

// Reading, copying and starting take a while on a loaded machine, however short the video.
const everyVideoS = 5 * 60

/** How and for how long a tool may run on this work's source. */
export function runOn(
  work: Pick<Work, 'context' | 'workspace' | 'signal'>,
  durationS: number | null,
  source = sourceName,
): Run {
  const { maxSecondsPerSecond, maxDurationS } = work.context.config.limits
  const maxSeconds = everyVideoS + (durationS ?? maxDurationS) * maxSecondsPerSecond
  return { folder: work.workspace.folder, source, maxSeconds, signal: work.signal }
}
