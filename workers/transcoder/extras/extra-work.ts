import type { ExtraJob } from '#catalog/extras.ts'
import type { VideoRow } from '#catalog/schema.ts'
import type { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import type { Workspace } from '../workspace.ts'

/** One extra under way. */
export interface ExtraWork<Job extends ExtraJob = ExtraJob> {
  context: Context
  job: Job
  video: VideoRow
  workspace: Workspace
  /** Where to put what is made; of this try alone, and swept unless a row names it in the end. */
  prefix: string
  signal: AbortSignal
}

export interface ExtraKind<Job extends ExtraJob> {
  /** Makes it, stores it under the prefix, and records it. Runs again after a crash. */
  make(work: ExtraWork<Job>): Promise<void>
  /** There will be no further try: what is to be told, if anybody waits for it. */
  giveUp(work: ExtraWork<Job>, failure: AppError): Promise<void>
}
