import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A private folder for one job. ffmpeg runs inside it and names files relative to it. */
export interface Workspace {
  folder: string
  path(name: string): string
  /** Makes a folder inside, for the outputs of ffmpeg, which makes none. */
  makeFolder(name: string): Promise<void>
  remove(): Promise<void>
}

export async function openWorkspace(parent: string, name: string): Promise<Workspace> {
  const folder = join(parent, name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  return {
    folder,
    path: (inside) => join(folder, inside),
    makeFolder: async (inside) => void (await mkdir(join(folder, inside), { recursive: true })),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Removes what former processes of this worker left, killed or not. */
export async function emptyWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
}
