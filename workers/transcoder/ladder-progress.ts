import type { PartsProgress } from '#catalog/part-sums.ts'
import type { Progress } from '#contract/video.ts'
import { perSecond } from './media/source/frame-rate.ts'
import type { Plan } from './plan.ts'

/** Against all pictures; it is heard twice, to set how loud it is, and encoded once. */
const weightOfSound = 0.05

// What is left is joining and looking at everything, which is a stage of its own.
const mostPercent = 99

/** How far all parts of a video are together, and how long those take that take longest. */
export function ladderProgress(
  { frames: wholeFrames, ladder, source }: Pick<Plan, 'frames' | 'ladder' | 'source'>,
  { pictures, sound }: PartsProgress,
): Progress {
  const rate = perSecond(ladder.frameRate)
  const shareOf = ({ frames }: { frames: number }) => (wholeFrames ? Math.min(1, frames / wholeFrames) : 0)
  const weight = source.audio ? weightOfSound : 0
  const share = (shareOf(pictures) + weight * shareOf(sound)) / (1 + weight)
  const secondsOf = ({ frames, speed }: { frames: number; speed: number }) =>
    wholeFrames && speed > 0 ? Math.max(0, (wholeFrames - frames) / rate / speed) : null
  const left = [secondsOf(pictures), secondsOf(sound)].filter((seconds) => seconds !== null)
  return {
    stage: 'ladder',
    percent: Math.min(mostPercent, Math.round(share * 1_000) / 10),
    speed: pictures.speed || sound.speed,
    secondsLeft: left.length > 0 ? Math.max(...left) : null,
  }
}
