import type { ErrorCode } from '#contract/errors.ts'

/**
 * Why a file could not be opened, told from its first megabyte and from ffprobe's complaint:
 * protected ones name their protection, and an MP4 that was cut off begins well and lacks its index.
 */
export function unreadableCode(head: Buffer, complaint: string): ErrorCode {
  if (!isMp4(head)) return 'not_a_video'
  if (protectionBoxes.some((box) => head.includes(box))) return 'encrypted'
  return /moov atom not found|error reading header|ended prematurely/.test(complaint) ? 'truncated' : 'not_a_video'
}

/** Common Encryption (ISO/IEC 23001-7): sample entries that hide their codec, and the key system's own box. */
const protectionBoxes = ['encv', 'enca', 'pssh']

function isMp4(head: Buffer): boolean {
  return ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(head.toString('latin1', 4, 8))
}
