import { open } from 'node:fs/promises'
import { topBoxes } from './top-boxes.ts'

/** Whether an MP4 has no index, or not all of it, as where it was cut off; a damaged index is there as a whole. */
export async function lacksIndex(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { size: fileBytes } = await file.stat()
    for await (const { name, position, size } of topBoxes(file)) {
      if (name === 'moov') return position + size > fileBytes
    }
    return true
  } finally {
    await file.close()
  }
}
