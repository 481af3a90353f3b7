import type { EmbedBoot } from '#contract/embed.ts'
import { mediaUrlNow } from './media-url-now.ts'
import { askState } from './wait-until-playable.ts'

const everyMs = 60_000
/** Whoever drags the bar to and fro asks once. */
const leastPauseMs = 10_000

/**
 * Asks now and then, while what plays is a first version, whether the sharper ones have taken its place: by the minute, and
 * when somebody pauses or seeks, where going over is noticed least. `onBetter` is called once, with their address.
 */
export function lookForBetter(boot: EmbedBoot, video: HTMLVideoElement, onBetter: (mediaUrl: string) => void): void {
  if (!boot.isFirst) return
  let askedAtMs = Number.NEGATIVE_INFINITY
  let isAsking = false
  const over = new AbortController()

  async function ask(): Promise<void> {
    if (isAsking || performance.now() - askedAtMs < leastPauseMs) return
    isAsking = true
    askedAtMs = performance.now()
    const better = await findBetter(boot)
    isAsking = false
    if (!better || over.signal.aborted) return
    over.abort()
    onBetter(better)
  }

  // Before somebody plays there is nothing to go over from; a hidden page is asked about when it is looked at again.
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible' && video.played.length > 0 && !video.ended) void ask()
  }, everyMs)
  over.signal.addEventListener('abort', () => clearInterval(timer))
  for (const event of ['pause', 'seeking']) video.addEventListener(event, () => void ask(), { signal: over.signal })
}

/** The address of the sharper versions; null where there are none yet, or nobody tells. */
async function findBetter(boot: EmbedBoot): Promise<string | null> {
  const answer = await askState(boot)
  return answer.state === 'playable' && !answer.boot.isFirst ? mediaUrlNow(boot, answer.boot) : null
}
