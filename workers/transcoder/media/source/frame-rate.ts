import type { FrameRate } from './source.ts'

/** `30000/1001`; null where it is missing or makes no sense. */
export function parseFraction(text: string | undefined): FrameRate | null {
  const [numerator, denominator] = (text ?? '').split('/').map(Number)
  return numerator! > 0 && denominator! > 0 ? { numerator: numerator!, denominator: denominator! } : null
}

/** As ffmpeg takes it. */
export function rateText({ numerator, denominator }: FrameRate): string {
  return `${numerator}/${denominator}`
}

export function perSecond(rate: FrameRate): number {
  return rate.numerator / rate.denominator
}

const fastest: FrameRate = { numerator: 60, denominator: 1 }

const usual: FrameRate[] = [
  { numerator: 24_000, denominator: 1_001 },
  { numerator: 24, denominator: 1 },
  { numerator: 25, denominator: 1 },
  { numerator: 30_000, denominator: 1_001 },
  { numerator: 30, denominator: 1 },
  { numerator: 50, denominator: 1 },
  { numerator: 60_000, denominator: 1_001 },
  fastest,
]

/**
 * The constant rate of every rendition, 60 at most. `nominal` is ffprobe's guess from the time base and is right for
 * steady files; for those whose rate varies it may be 57,600, and the average, rounded up to a usual rate, is what eyes need.
 */
export function chooseFrameRate(nominal: FrameRate | null, average: FrameRate | null): FrameRate {
  const averagePerSecond = average ? perSecond(average) : 0
  if (nominal && perSecond(nominal) <= 60 && !isDoubled(perSecond(nominal), averagePerSecond)) return nominal
  if (averagePerSecond > 0) return nextUsual(averagePerSecond)
  return { numerator: 30, denominator: 1 }
}

/** Interlaced files name their fields, of which two make a picture. */
function isDoubled(nominal: number, average: number): boolean {
  return average >= 20 && Math.abs(nominal / average - 2) < 0.05
}

function nextUsual(average: number): FrameRate {
  // Averages are a little off: 29.98 is 30000/1001 with a frame too many, not 30.
  return usual.find((rate) => perSecond(rate) >= average * 0.995) ?? fastest
}
