import type { CorpusRow } from './read-index.ts'

/**
 * What may become of a clip: `ready`, or the codes of its refusal. All are words that their owner understands;
 * `transcode_failed` and `internal` say that we were at fault, and are never right.
 */
export function allowedOutcomes({ expected, category, path }: CorpusRow): string[] {
  // A file of captions has a place of its own; sent as a video it is none.
  if (category === 'subs') return ['not_a_video']
  // Half of its pictures decode, and half of a damaged file is better than nothing; the index gave up at the first errors.
  if (path === 'corrupt/firefox__browser_decode_error_vp9.webm') return ['ready', 'no_frames']
  // One picture of it decodes, after the seconds that the index looked at; its owner is told that it ends early.
  if (path === 'stress/firefox__crashtests_1257700.webm') return ['ready', 'no_frames', 'truncated']
  // Named so in the index since one decoder shows three pictures of it; whether they are enough is a matter of taste.
  if (expected === 'ok-warn') return ['ready', 'no_frames', 'truncated']
  const allowed = outcomes[expected]
  if (!allowed) throw new Error(`${path} expects ${expected}, which nobody knows`)
  return allowed
}

const outcomes: Record<string, string[]> = {
  ok: ['ready'],
  'ok-or-limit': ['ready', 'dimensions', 'resource_limit', 'too_long', 'no_frames'],
  'reject-corrupt': ['not_a_video', 'truncated', 'no_frames', 'no_video', 'codec_unsupported', 'dimensions'],
  'reject-empty': ['file_empty'],
  'reject-encrypted': ['encrypted'],
  'reject-no-frames': ['no_frames'],
  'reject-no-video': ['no_video'],
  'reject-security': ['not_a_video', 'no_video', 'no_frames'],
  'reject-type': ['not_a_video'],
  'reject-unsupported': ['codec_unsupported'],
}
