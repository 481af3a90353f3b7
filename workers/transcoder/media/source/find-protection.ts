import { open } from 'node:fs/promises'
import { findMovieBox } from './find-movie-box.ts'
import { readAt } from './top-boxes.ts'

/**
 * Whether a file says that it is copy-protected; asked before any decoder sees it, since protected bytes decode to noise
 * without an error, and have crashed decoders.
 */
export async function isProtected(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const head = await readAt(file, 0, headBytes)
    if (head.subarray(0, 4).equals(asfHeader)) return asfProtections.some((id) => head.includes(id))
    const index = await findMovieBox(file)
    return index !== null && protectedEntries.some((entry) => index.includes(entry))
  } finally {
    await file.close()
  }
}

const headBytes = 64 * 1024

const asfHeader = Buffer.from('3026b275', 'hex')

/** Content Encryption Object and its extended successor (ASF specification 3.14, 3.15), in their byte order. */
const asfProtections = ['fbb31122 23bdd211b4b700a0c955fc6e', '14e68a29 2226174cb935dae07ee9289c'].map((id) =>
  Buffer.from(id.replace(' ', ''), 'hex'),
)

/** Sample entries that hide their codec (ISO/IEC 23001-7), each followed by six reserved zeros. */
const protectedEntries = ['encv', 'enca'].map((name) => Buffer.concat([Buffer.from(name), Buffer.alloc(6)]))
