import type { PartsProgress } from '#catalog/part-sums.ts'
import type { Progress } from '#contract/video.ts'
import { perSecond } from './media/source/frame-rate.ts'
import type { Plan } from './plan.ts'

/** Against all pictures; it is heard twice, to set how loud it is, and encoded once. */
const weightOfSound = 0.05

// What is left is joining and looking at everything, which is a stage of its own.
const mostPercent = 99

// Claimed lengths are a little more than what can be decoded.
const nearlyAll = 0.98

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
  const percent = Math.min(mostPercent, Math.round(share * 1_000) / 10)
  const [ofPictures, ofSound] = [secondsOf(pictures), secondsOf(sound)]
  // That the sound is soon done tells nothing of pictures that wait for a worker.
  if (shareOf(pictures) < nearlyAll) {
    const secondsLeft = ofPictures === null ? null : Math.max(ofPictures, ofSound ?? 0)
    return { stage: 'ladder', percent, speed: pictures.speed, secondsLeft }
  }
  const secondsLeft = shareOf(sound) < nearlyAll && source.audio ? ofSound : Math.max(ofPictures ?? 0, ofSound ?? 0)
  return { stage: 'ladder', percent, speed: pictures.speed || sound.speed, secondsLeft }
}
