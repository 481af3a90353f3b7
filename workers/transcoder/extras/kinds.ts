import type { ExtraJob } from '#catalog/extras.ts'
import type { ExtraKind } from './extra-work.ts'
import { download } from './make-download.ts'
import { poster } from './poster.ts'
import { storyboard } from './storyboard.ts'

/** What is done for each kind of extra. */
const kinds: { [Kind in ExtraJob['kind']]: ExtraKind<Extract<ExtraJob, { kind: Kind }>> } = {
  poster,
  storyboard,
  download,
}

/** Kinds that only a newer program knows never come here: the queue leaves them for its workers. */
export function kindOf(job: ExtraJob): ExtraKind<ExtraJob> {
  return kinds[job.kind] as ExtraKind<ExtraJob>
}
