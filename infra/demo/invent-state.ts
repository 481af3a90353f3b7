import type { PlayState } from '../../services/contract/play-state.ts'
import type { DemoSite } from './demo-sites.ts'

/** What a player would have told at the end of one play on that site. */
export function inventState(durationMs: number, site: DemoSite): PlayState {
  const { patience, appetite, trouble } = site
  const isVisible = Math.random() < 0.9
  const isStarted = isVisible && Math.random() < appetite
  // A bend that keeps many to the end where patience is high, and loses most at once where it is low.
  const share = isStarted ? Math.min(1, Math.random() ** (1 / (3 * patience) - 0.25)) : 0
  const parts = Math.round(share * 100)
  const repeated = Math.random() > 0.86 ? inventRepeats(parts) : 0n
  const jitter = Math.random()
  const isSlow = trouble === 'slow' ? jitter > 0.7 : jitter > 0.96
  const hasError = Math.random() < (trouble === 'errors' ? 0.3 : 0.004)
  return {
    visible: isVisible,
    started: isStarted ? (Math.random() < 0.15 ? 'autoplay' : 'person') : 'no',
    playing: false,
    watchedMs: Math.round(share * durationMs),
    hiddenMs: Math.random() > 0.95 ? 4_000 : 0,
    covered: bitmap((1n << BigInt(parts)) - 1n),
    repeated: bitmap(repeated),
    repeats: countBits(repeated),
    positionMs: Math.round(share * durationMs),
    startupMs: isStarted ? Math.round((90 + jitter * 700) * (trouble === 'slow' ? 2.6 : 1)) : 0,
    stalls: isStarted && isSlow ? 2 : 0,
    stallMs: isStarted && isSlow ? Math.round(500 + jitter * 1_500) : 0,
    errors: hasError ? 1 : 0,
    quality: jitter > 0.4 ? 540 : 360,
    playerWidth: trouble === 'tiny' ? 180 : 640,
    playerHeight: trouble === 'tiny' ? 101 : 360,
    fullscreenBlocked: trouble === 'noFullscreen' || trouble === 'sandboxed',
    autoplayBlocked: trouble === 'noAutoplay',
    sandboxed: trouble === 'sandboxed',
  }
}

/** A stretch that was watched again: most go back to the moment at two fifths of the video, some to anywhere. */
function inventRepeats(parts: number): bigint {
  const isAtPeak = parts > 50 && Math.random() < 0.6
  const from = isAtPeak ? 38 + Math.floor(Math.random() * 5) : Math.floor(Math.random() * parts)
  const length = Math.min(parts - from, 3 + Math.floor(Math.random() * 6))
  return length > 0 ? ((1n << BigInt(length)) - 1n) << BigInt(from) : 0n
}

function bitmap(bits: bigint): string {
  return bits.toString(16).padStart(25, '0')
}

function countBits(bits: bigint): number {
  return bits.toString(2).replaceAll('0', '').length
}
