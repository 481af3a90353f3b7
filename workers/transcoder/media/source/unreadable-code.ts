import type { ErrorCode } from '#contract/errors.ts'

interface Unreadable {
  head: Buffer
  /** Whether it has no whole index, if it is an MP4. */
  lacksIndex: boolean
  /** What ffprobe said of it. */
  complaint: string
}

/**
 * Why a file could not be opened: an MP4 that was cut off begins well and lacks its index. What is too short to have held a
 * picture was never a video.
 */
export function unreadableCode({ head, lacksIndex, complaint }: Unreadable): ErrorCode {
  if (/exceeds max_streams/.test(complaint)) return 'too_many_tracks'
  const isCut = isMp4(head) && head.length >= leastVideoBytes && lacksIndex
  return isCut && /moov atom not found|error reading header|ended prematurely/.test(complaint)
    ? 'truncated'
    : 'not_a_video'
}

const leastVideoBytes = 512

function isMp4(head: Buffer): boolean {
  return ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(head.toString('latin1', 4, 8))
}
