import { open } from 'node:fs/promises'

/** A small file that is on disk, not only on its way there, once this resolves. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}
