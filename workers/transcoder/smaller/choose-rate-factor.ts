/** What a short stretch came to at a rate factor. */
export interface Trial {
  rateFactor: number
  bytes: number
  ssim: number
}

// From here on each step is half of the one before.
const firstRateFactor = 35
const steps = [8, 4, 2, 1]

/** What to try next, the coarse before the fine; null once the finest was tried. */
export function nextTrial(trials: Trial[], usualSsim: number): number | null {
  const last = trials.at(-1)
  if (!last) return firstRateFactor
  const step = steps[trials.length - 1]
  if (step === undefined) return null
  return last.rateFactor + (last.ssim >= usualSsim ? step : -step)
}

/** The highest rate factor that looks as good as what there is and is a fifth smaller; null where there is none. */
export function chooseRateFactor(trials: Trial[], usual: { bytes: number; ssim: number }): number | null {
  const good = trials
    .filter(({ ssim }) => ssim >= usual.ssim)
    .sort((one, other) => other.rateFactor - one.rateFactor)[0]
  return good && good.bytes <= usual.bytes * 0.8 ? good.rateFactor : null
}
