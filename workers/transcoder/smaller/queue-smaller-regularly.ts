import { queueMissingSmaller } from '#catalog/queue-missing-smaller.ts'
import type { Context } from '../context.ts'

const lookEveryMs = 60_000

/** Looks now and once a minute for videos of which nobody has tried to make smaller renditions; gives what ends it. */
export async function queueSmallerRegularly({ catalog, config, logger }: Context): Promise<() => void> {
  if (!config.makeSmaller) return () => {}
  async function look(): Promise<void> {
    await queueMissingSmaller(catalog).catch((error) => {
      logger.error({ err: error }, 'could not look for videos to make smaller')
    })
  }
  await look()
  const timer = setInterval(look, lookEveryMs)
  return () => clearInterval(timer)
}
