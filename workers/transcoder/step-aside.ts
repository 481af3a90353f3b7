import type { PartClaim } from '#catalog/parts.ts'
import { yieldFirst } from '#catalog/yield-first.ts'
import type { Context } from './context.ts'
import { giveUpFirst } from './give-up-first.ts'
import { patiently } from './patiently.ts'

// Each time all of it is made anew; on a site as busy as that the ladder comes sooner.
const mostYields = 2

/** Leaves a first version as far as it is shown, for somebody else's video; it is begun again later, but not for ever. */
export async function stepAside(context: Context, claim: PartClaim, triesSpent: number): Promise<void> {
  const { catalog, logger, stopping } = context
  const isLast = claim.try - triesSpent >= mostYields
  logger.info({ ...claim, isLast }, 'a first version makes way for another video')
  await patiently(stopping, () => (isLast ? giveUpFirst(context, claim) : yieldFirst(catalog, claim)))
}
