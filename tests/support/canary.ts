import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { makeClip } from './media.ts'

/** Stands in every file that an attack reaches for; wherever else it is found, something leaked. */
export const canary = 'canary-4f0c9be1d7a2'

export interface CanaryCage {
  folder: string
  port: number
  /** How often somebody called the listener. */
  hits(): number
  close(): Promise<void>
}

/** Lays out in `folder` what attacks reach for, and listens on 127.0.0.1 for calls that must not come. */
export async function openCanaryCage(folder: string): Promise<CanaryCage> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'secret.txt'), `${canary}\n`.repeat(200))
  const named = ['-metadata', `title=${canary}`, '-metadata', `service_name=${canary}`]
  await makeClip(join(folder, 'victim.ts'), { more: named })
  const fragmented = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof']
  await makeClip(join(folder, 'victim.mp4'), { more: [...named, ...fragmented] })
  let hits = 0
  const listener = createServer((socket) => {
    hits++
    socket.destroy()
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as { port: number }
  return {
    folder,
    port,
    hits: () => hits,
    close: () => new Promise((resolve) => listener.close(() => resolve())),
  }
}

/** The files under `folder` that hold the canary, by their paths in it. */
export async function findCanary(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && (await readFile(path)).includes(canary)) found.push(path.slice(folder.length + 1))
  }
  return found
}
