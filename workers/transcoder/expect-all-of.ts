import { OutputFault } from './media/hls/verify-output.ts'
import type { PartResult, RenditionPart } from './media/ladder/part-result.ts'
import type { PartWork } from './part-work.ts'
import { requireRoomFor } from './require-room-for.ts'

/**
 * Holds the segments of a part against what ffmpeg says it wrote: where the disk is full it may leave empty ones and say that
 * all went well. Throws `storage_full` where that is the reason, else an OutputFault.
 */
export async function expectAllOf(
  { workspace, context }: Pick<PartWork, 'workspace' | 'context'>,
  { renditions }: PartResult,
  { names, isWhole }: { names: string[]; isWhole: (rendition: RenditionPart) => boolean },
): Promise<void> {
  const short = names.find((name) => !renditions[name] || !isWhole(renditions[name]))
  if (short === undefined) return
  await requireRoomFor(0, workspace.folder, context.toolbox)
  throw new OutputFault(`${short} lacks segments of what was encoded`)
}

/** Up to where a part reaches, in seconds of its rendition. */
export function endOf({ startTicks, segments, timescale }: RenditionPart): number {
  return segments.reduce((end, { ticks }) => end + ticks, startTicks) / timescale
}
