import { rm } from 'node:fs/promises'
import { startHlsUpload } from '../hls-upload.ts'
import { initName, playlistName } from '../media/ladder/hls-arguments.ts'
import { patiently } from '../patiently.ts'
import { compare, fetchUsual } from './compare.ts'
import { encodeSmaller } from './encode-smaller.ts'
import { folderOf, root } from './places.ts'
import type { MadeSmaller, SmallerPlan } from './smaller-state.ts'
import type { SmallerWork } from './smaller-work.ts'

/** Encodes one part of a rendition, compares it with what is published, and stores it beside. */
export async function makeSmallerPart(
  work: SmallerWork,
  plan: SmallerPlan,
  { rung, part, rateFactor }: { rung: string; part: number; rateFactor: number },
): Promise<MadeSmaller> {
  const { context, workspace, claim, signal } = work
  const stretch = plan.parts[part]!
  const prefix = `p${part}-t${claim.try}-`
  const usualBytes = await fetchUsual(work, plan, { rung, stretch })
  const result = await encodeSmaller(work, plan, { rung, stretch, prefix, rateFactor })
  const likeness = await compare(work, plan, { rung, stretch, prefix, result, usualBytes })
  const path = workspace.path(`${root}/${folderOf(rung)}/${prefix}`)
  await rm(`${path}${playlistName}`, { force: true })
  // One init segment serves all parts.
  if (part > 0) await rm(`${path}${initName}`, { force: true })
  const upload = startHlsUpload(context.storage, workspace.path(root), claim.prefix)
  await patiently(signal, () => upload.finish())
  return { result, likeness }
}
