import type { Cue } from '../captions.ts'
import { readCaptionFile } from './read-caption-file.ts'

/** The cues of a file whose encoding and lines nobody needs to hear of, such as one of our own. Throws what `readCaptionFile` does. */
export function parseCaptions(bytes: Uint8Array): Cue[] {
  return readCaptionFile(bytes).cues
}
