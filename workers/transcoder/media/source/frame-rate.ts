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

/**
 * Each picture begins up to half a picture early or late; of fewer per second that would be more than the 50 ms by which eye
 * and ear may differ.
 */
const leastPerSecond = 12

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
 * The constant rate of every rendition, 12 to 60. Slower pictures are shown several times each, so that all of them come at
 * their time.
 */
export function chooseFrameRate(nominal: FrameRate | null, average: FrameRate | null): FrameRate {
  const rate = ownFrameRate(nominal, average)
  const times = Math.max(1, Math.ceil(leastPerSecond / perSecond(rate)))
  return inLowestTerms({ numerator: rate.numerator * times, denominator: rate.denominator })
}

/**
 * The rate of the source itself, 60 at most. `nominal` is ffprobe's guess from the time base and is right for steady files;
 * for those whose rate varies it may be 57,600, and the average, rounded up to a usual rate, is what eyes need.
 */
export function ownFrameRate(nominal: FrameRate | null, average: FrameRate | null): FrameRate {
  const averagePerSecond = average ? perSecond(average) : 0
  if (nominal && perSecond(nominal) <= 60 && !isDoubled(perSecond(nominal), averagePerSecond)) return nominal
  if (averagePerSecond > 0) return nextUsual(averagePerSecond)
  return { numerator: 30, denominator: 1 }
}

/** As many as half an hour has: what fewer cost is not worth asking about. */
const manyPictures = 54_000

/** Even a picture that only repeats the one before takes more than this, and a second of speech a hundred times as much. */
const leastPictureBytes = 8

/** In a file that has too few bytes for anything to be heard nothing can be out of step. */
const leastPerSilentSecond = 2

/**
 * The rate for a file that consists of little but long holds, so that a few kilobytes don't become a million pictures: of more
 * than it can hold, most that would only be repeated are left out.
 */
export function affordableRate(rate: FrameRate, sizeBytes: number, durationS: number | null): FrameRate {
  const pictures = perSecond(rate) * (durationS ?? 0)
  if (pictures <= Math.max(manyPictures, sizeBytes / leastPictureBytes)) return rate
  const each = Math.floor(perSecond(rate) / leastPerSilentSecond)
  return inLowestTerms({ numerator: rate.numerator, denominator: rate.denominator * each })
}

function inLowestTerms({ numerator, denominator }: FrameRate): FrameRate {
  const divisor = greatestCommonDivisor(numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

/** Of whole numbers; of others, as no file has them, it leaves all as it is. */
function greatestCommonDivisor(one: number, other: number): number {
  if (!Number.isSafeInteger(one) || !Number.isSafeInteger(other)) return 1
  return other === 0 ? one : greatestCommonDivisor(other, one % other)
}

/** Interlaced files name their fields, of which two make a picture. */
function isDoubled(nominal: number, average: number): boolean {
  return average >= 20 && Math.abs(nominal / average - 2) < 0.05
}

function nextUsual(average: number): FrameRate {
  // Averages are a little off: 29.98 is 30000/1001 with a frame too many, not 30.
  return usual.find((rate) => perSecond(rate) >= average * 0.995) ?? fastest
}
