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

/** Throws where a newer program queued a kind that this one does not know; it stays for a worker that does. */
export function kindOf(job: ExtraJob): ExtraKind<ExtraJob> {
  const kind = kinds[job.kind] as ExtraKind<ExtraJob> | undefined
  if (!kind || job.version !== 1) throw new Error(`This worker does not know how to make: ${job.kind}`)
  return kind
}
