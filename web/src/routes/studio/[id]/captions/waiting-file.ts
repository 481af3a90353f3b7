import type { CaptionFile } from '#contract/captions/read-caption-file.ts'
import type { CaptionEncoding } from '#contract/captions.ts'

/** A file that could be read here and waits to be saved. */
export interface WaitingFile {
  file: File
  found: CaptionFile
  /** How it was read, and is to be read by the site too; null where the file itself shows it. */
  encoding: CaptionEncoding | null
  /** Somebody chose the encoding, so that another language does not change it. */
  isChosen: boolean
}

/** Read here first, so that nobody is asked what to replace with a file that can't be. Throws what `readCaptionFile` does. */
export async function readWaitingFile(
  file: File,
  hints: { encoding?: CaptionEncoding; language?: string | undefined },
): Promise<WaitingFile> {
  const { readCaptionFile } = await import('#contract/captions/read-caption-file.ts')
  const found = readCaptionFile(new Uint8Array(await file.arrayBuffer()), hints)
  const encoding = hints.encoding ?? found.guessedEncoding
  return { file, found, encoding, isChosen: hints.encoding !== undefined }
}

/** Something was guessed or left out, which is to be seen before it is saved. */
export function needsLook({ encoding, found }: WaitingFile): boolean {
  return encoding !== null || found.leftOutLines.length > 0 || found.reversedLines.length > 0
}
