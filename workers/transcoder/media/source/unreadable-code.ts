import type { ErrorCode } from '#contract/errors.ts'

/**
 * Why a file could not be opened, told from its head and from ffprobe's complaint: an MP4 that was cut off begins well and
 * lacks its index. What is too short to have held a picture was never a video.
 */
export function unreadableCode(head: Buffer, complaint: string): ErrorCode {
  const isCut = isMp4(head) && head.length >= leastVideoBytes
  return isCut && /moov atom not found|error reading header|ended prematurely/.test(complaint)
    ? 'truncated'
    : 'not_a_video'
}

const leastVideoBytes = 512

function isMp4(head: Buffer): boolean {
  return ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(head.toString('latin1', 4, 8))
}
