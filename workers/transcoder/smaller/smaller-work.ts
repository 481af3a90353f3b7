import type { VideoRow } from '#catalog/schema.ts'
import type { SmallerClaim } from '#catalog/smaller.ts'
import type { Context } from '../context.ts'
import type { Workspace } from '../workspace.ts'

/** The making of smaller renditions of one video, under way. */
export interface SmallerWork {
  context: Context
  claim: SmallerClaim
  video: VideoRow
  workspace: Workspace
  /** Aborted when the program stops, the claim is lost, or something that people wait for arrives. */
  signal: AbortSignal
}
