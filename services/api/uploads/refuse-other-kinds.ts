import { AppError } from '#contract/errors.ts'

/**
 * Refuses what is clearly something else than a video, by its first bytes and whatever its name and type say: pages,
 * documents, archives, pictures. Everything that might be a video is for the worker to judge. Throws `not_a_video`.
 */
export function refuseOtherKinds(firstBytes: Buffer): void {
  const kind = otherKind(firstBytes)
  if (kind) throw new AppError('not_a_video', `This file is ${kind}, not a video; choose a video file.`)
}

// Mind the ISO formats: their first bytes are a length, which may be any; so only long or impossible starts are here.
const signatures: readonly [kind: string, start: Buffer][] = [
  ['a PDF', Buffer.from('%PDF-')],
  ['a ZIP archive', Buffer.from('PK\x03\x04')],
  ['a PNG picture', Buffer.from('89504e470d0a1a0a', 'hex')],
]

const markup: readonly [kind: string, start: RegExp][] = [
  ['a web page', /^<(!doctype\s+html|html|head|body|script)[\s>]/],
  ['an SVG picture', /^<(?=svg|\?xml|!--|!doctype\s+svg)[\s\S]*<svg[\s>]|^<svg[\s>]/],
]

function otherKind(bytes: Buffer): string | undefined {
  const known = signatures.find(([, start]) => bytes.subarray(0, start.length).equals(start))
  if (known) return known[0]
  const text = bytes
    .subarray(0, 512)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase()
  return markup.find(([, start]) => start.test(text))?.[0]
}
