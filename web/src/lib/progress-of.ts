import type { Progress, Video } from '#contract/video.ts'

/** The one line of the way from a file to all qualities, in three steps that are always the same. */
export interface ProgressLine {
  /** How many of the three steps (sent, playable, all qualities) are done. */
  stepsDone: 0 | 1 | 2 | 3
  /** 0 to 1 within the step that is under way; null while nobody can say. */
  share: number | null
  sentence: { key: SentenceKey } | { key: 'firstLeft' | 'ladderLeft'; leftMs: number }
  /** The same without its countdown, for those who hear it: it changes only when something happens. */
  spoken: SentenceKey
  /** Seconds of video made per second, for the step that has a share; null while nobody can say. */
  speed: number | null
}

type SentenceKey = 'waiting' | 'reading' | 'first' | 'ladder' | 'publishing' | 'done' | 'failed' | HeldUpKey

/** What it waits for, before it can be watched and afterwards. */
type HeldUpKey = 'room' | 'storage' | 'roomLater' | 'storageLater'

/** What to say of a video whose bytes have arrived. */
export function progressOf(video: Pick<Video, 'status' | 'progress'>): ProgressLine {
  const { status, progress } = video
  if (status === 'ready') return without('done', 3, 1)
  if (status === 'failed') return without('failed', 1)
  const stepsDone = status === 'playable' ? 2 : 1
  if (!progress || status === 'queued') return without(waitingWord(status), stepsDone)
  const spoken = spokenOf(stepsDone, progress.stage)
  const share = shareOf(stepsDone, progress)
  const speed = share !== null && progress.speed > 0 ? progress.speed : null
  return { stepsDone, share, sentence: sentenceOf(spoken, progress), spoken, speed }
}

function without(
  key: SentenceKey,
  stepsDone: ProgressLine['stepsDone'],
  share: ProgressLine['share'] = null,
): ProgressLine {
  return { stepsDone, share, sentence: { key }, spoken: key, speed: null }
}

function waitingWord(status: Video['status']): 'waiting' | 'reading' | 'ladder' {
  if (status === 'playable') return 'ladder'
  return status === 'processing' ? 'reading' : 'waiting'
}

/** Each step shows only its own work: what is left of the first version is no part of the sharper ones. */
function shareOf(stepsDone: 1 | 2, { stage, percent }: Progress): number | null {
  if (stage === 'ladder') return percent / 100
  return stage === 'first' && stepsDone === 1 ? percent / 100 : null
}

function spokenOf(stepsDone: 1 | 2, stage: Progress['stage']): SentenceKey {
  if (stage === 'room' || stage === 'storage') return stepsDone === 2 ? `${stage}Later` : stage
  if (stage === 'done' || stage === 'publishing') return 'publishing'
  if (stepsDone === 2) return 'ladder'
  return stage === 'waiting' || stage === 'reading' ? stage : 'first'
}

/** A countdown of the last moment would only be wrong. */
function sentenceOf(spoken: SentenceKey, { stage, secondsLeft }: Progress): ProgressLine['sentence'] {
  const leftMs = secondsLeft === null || secondsLeft < 2 ? null : secondsLeft * 1_000
  if (leftMs !== null && spoken === 'first') return { key: 'firstLeft', leftMs }
  if (leftMs !== null && spoken === 'ladder' && stage === 'ladder') return { key: 'ladderLeft', leftMs }
  return { key: spoken }
}
