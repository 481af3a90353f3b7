/**
 * Text of a file that doesn't say how it is encoded: by its byte order mark, else as UTF-8 where it is that, else as the
 * likelier of the two old encodings that subtitles are mostly found in. Never throws; a wrong guess is seen in the editor.
 */
export function decodeText(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return decodeAs('utf-16le', bytes)
  if (first === 0xfe && second === 0xff) return decodeAs('utf-16be', bytes)
  if (bytes.subarray(0, 1_000).includes(0)) return decodeAs(isFirstOfPairZero(bytes) ? 'utf-16be' : 'utf-16le', bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decodeAs(looksChinese(bytes) ? 'gb18030' : 'windows-1252', bytes)
  }
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes)
}

/** Digits and line ends have one byte zero in every pair of UTF-16. */
function isFirstOfPairZero(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 1_000).indexOf(0) % 2 === 0
}

/** Chinese comes in pairs of high bytes; in western text high bytes stand alone between plain letters. */
function looksChinese(bytes: Uint8Array): boolean {
  let high = 0
  let paired = 0
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! < 0x80) continue
    high++
    if (!isPair(bytes[at]!, bytes[at + 1] ?? 0)) continue
    high++
    paired += 2
    at++
  }
  return paired > 0.9 * high
}

// The letters of GB 2312, which all but the rarest texts stay within.
function isPair(first: number, second: number): boolean {
  return first >= 0xa1 && first <= 0xf7 && second >= 0xa1 && second <= 0xfe
}
