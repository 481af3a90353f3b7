import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { codeOf } from './disk-errors.ts'

/**
 * Moves finished files into place so that they are still there after a power cut: a name is durable only once its folder,
 * and the name of that folder in its own, are synced. Folders that were synced here are remembered, as most files share theirs.
 */
export class DurableFolders {
  readonly #root: string
  readonly #known = new Set<string>()

  constructor(root: string) {
    this.#root = root
  }

  async moveInto(path: string, target: string): Promise<void> {
    const folder = dirname(target)
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#make(folder)
        await rename(path, target)
        break
      } catch (error) {
        // Somebody may have deleted the folder since.
        this.#known.delete(folder)
        if (codeOf(error) !== 'ENOENT' || attempt === maxAttempts) throw error
      }
    }
    await syncFolder(folder)
  }

  forgetAll(): void {
    this.#known.clear()
  }

  async #make(folder: string): Promise<void> {
    if (this.#known.has(folder)) return
    await mkdir(folder, { recursive: true })
    for (const parent of parents(this.#root, folder)) await syncFolder(parent)
    if (this.#known.size >= maxKnown) this.#known.clear()
    this.#known.add(folder)
  }
}

const maxAttempts = 8
const maxKnown = 10_000

/** Makes the names inside a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** From the folder's parent up to the root. */
function parents(root: string, folder: string): string[] {
  const found: string[] = []
  for (let parent = folder; relative(root, parent) !== ''; ) {
    parent = dirname(parent)
    found.push(parent)
  }
  return found
}
