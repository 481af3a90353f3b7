import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { ffmpeg, makeClip } from './media.ts'
import { showsColour } from './pixels.ts'

/** Stands in every file that an attack reaches for; wherever else it is found, something leaked. */
export const canary = 'canary-4f0c9be1d7a2'

/** All pictures in them are of this colour and no other, which no test picture has: bytes change on the way, this does not. */
const canaryColour = [220, 60, 220] as const

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
  const painted = ['-vf', `drawbox=t=fill:color=0x${Buffer.from(canaryColour).toString('hex')}`]
  const named = ['-metadata', `title=${canary}`, '-metadata', `service_name=${canary}`]
  await makeClip(join(folder, 'victim.ts'), { more: [...painted, ...named] })
  const fragmented = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof']
  await makeClip(join(folder, 'victim.mp4'), { more: [...painted, ...named, ...fragmented] })
  await ffmpeg(['-i', join(folder, 'victim.ts'), '-frames:v', '1', join(folder, 'victim.png')])
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

/** The files under `folder` that hold the canary's name or show its colour when they are decoded, by their paths in it. */
export async function findCanary(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile() && (await holdsCanary(path))) found.push(path.slice(folder.length + 1))
  }
  return found
}

async function holdsCanary(path: string): Promise<boolean> {
  const bytes = await readFile(path)
  if (bytes.includes(canary)) return true
  // A playlist stands for its segments and their heads, which can't be decoded alone; what has no extension is as it was sent.
  const isShown = path.endsWith('.m3u8')
    ? bytes.includes('#EXT-X-ENDLIST')
    : /(?<!init)\.(jpg|png|webp|mp4)$/.test(path)
  return isShown && (await showsColour(path, canaryColour))
}
