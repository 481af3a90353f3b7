import type { ExtraJob } from '#catalog/extras.ts'
import type { VideoRow } from '#catalog/schema.ts'
import type { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import type { Workspace } from '../workspace.ts'

/** An extra that is asked for. */
export interface ExtraAsked<Job extends ExtraJob = ExtraJob> {
  context: Context
  job: Job
  video: VideoRow
  signal: AbortSignal
}

/** One under way. */
export interface ExtraWork<Job extends ExtraJob = ExtraJob> extends ExtraAsked<Job> {
  workspace: Workspace
  /** Where to put what is made; of this try alone, and swept unless a row names it in the end. */
  prefix: string
}

export interface ExtraKind<Job extends ExtraJob> {
  /** Whether it is to be made still; where not, whoever waits for it is told why. Runs again after a crash. */
  isWanted(asked: ExtraAsked<Job>): Promise<boolean>
  /** Makes it, stores it under the prefix, and records it. Runs again after a crash. */
  make(work: ExtraWork<Job>): Promise<void>
  /** There will be no further try: what is to be told, if anybody waits for it. */
  giveUp(asked: ExtraAsked<Job>, failure: AppError): Promise<void>
}
