import type { Video } from '#contract/video.ts'
import { sentenceOf } from '../api/explain.ts'
import type { Words } from '../words/words.ts'

/** What became of a video, or of the file that was to take the place of its own, and what viewers see instead. */
export function failureSentences(
  { status, flags, failure }: Pick<Video, 'status' | 'flags' | 'failure'>,
  words: Words,
): string[] {
  if (!failure) return []
  const sentence = sentenceOf(failure.code, failure.message, words)
  if (flags.includes('replace_failed')) {
    // Of a new file nothing is kept, of which that sentence speaks.
    return failure.code === 'cancelled' ? [words.file.stopped] : [words.file.failed, sentence]
  }
  // A video that can be watched already has only failed to become sharper.
  return status === 'failed' ? [sentence] : [words.failure.kept, sentence]
}
