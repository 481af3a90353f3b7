import type { Context } from './context.ts'
import type { Fault } from './media/hls/validate-hls.ts'

/** What is published though it is not as it says, for whoever looks after the site. */
export function tellFaults({ logger }: Pick<Context, 'logger'>, about: { videoId: string }, faults: Fault[]): void {
  const grave = faults.filter(({ code }) => !ofSource.has(code))
  if (grave.length > 0) logger.warn({ ...about, faults: grave.slice(0, 5) }, 'not as it says')
  else if (faults.length > 0) logger.debug({ ...about, faults }, 'not as it says, as in its source')
}

/** In many recordings the sound ends before or after the picture. */
const ofSource = new Set<string>(['sound_end'])
