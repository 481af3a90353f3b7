import type { Video } from '#contract/video.ts'

/** The one line of the way from a file to all qualities, in three steps that are always the same. */
export interface ProgressLine {
  /** How many of the three steps (sent, playable, all qualities) are done. */
  stepsDone: 0 | 1 | 2 | 3
  /** 0 to 1 within the step that is under way; null while nobody can say. */
  share: number | null
  sentence:
    | { key: 'waiting' | 'reading' | 'first' | 'ladder' | 'publishing' | 'done' | 'failed' }
    | { key: 'firstLeft' | 'ladderLeft'; leftMs: number }
}

/** What to say of a video whose bytes have arrived. */
export function progressOf(video: Pick<Video, 'status' | 'progress'>): ProgressLine {
  const { status, progress } = video
  if (status === 'ready') return { stepsDone: 3, share: 1, sentence: { key: 'done' } }
  if (status === 'failed') return { stepsDone: 1, share: null, sentence: { key: 'failed' } }
  const stepsDone = status === 'playable' ? 2 : 1
  if (!progress || status === 'queued') return { stepsDone, share: null, sentence: { key: waitingWord(status) } }
  const share = shareOf(progress.stage, progress.percent)
  return { stepsDone, share, sentence: sentenceOf(stepsDone, progress) }
}

function waitingWord(status: Video['status']): 'waiting' | 'reading' | 'ladder' {
  if (status === 'playable') return 'ladder'
  return status === 'processing' ? 'reading' : 'waiting'
}

function shareOf(stage: string, percent: number): number | null {
  return stage === 'first' || stage === 'ladder' ? percent / 100 : null
}

function sentenceOf(stepsDone: 1 | 2, progress: NonNullable<Video['progress']>): ProgressLine['sentence'] {
  const { stage, secondsLeft } = progress
  if (stage === 'done') return { key: 'publishing' }
  if (stage === 'waiting' || stage === 'reading' || stage === 'publishing')
    return { key: stepsDone === 2 ? 'ladder' : stage }
  // Under two seconds a countdown is noise.
  if (secondsLeft === null || secondsLeft < 2) return { key: stepsDone === 2 ? 'ladder' : 'first' }
  return { key: stepsDone === 2 ? 'ladderLeft' : 'firstLeft', leftMs: secondsLeft * 1_000 }
}
