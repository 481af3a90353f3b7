import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

/**
 * The name of this machine among all that work for one site. It is kept: by it a worker that was killed finds what it left,
 * and it has letters of its own, since machines that come from one image call themselves the same.
 */
export async function nameWorker(folder: string): Promise<string> {
  const path = join(folder, 'name')
  const kept = await readFile(path, 'utf8').catch(() => '')
  // A folder that was copied to another machine must not bring the name along.
  if (kept.startsWith(`${machine()}-`)) return kept
  const name = `${machine()}-${randomBytes(4).toString('hex')}`
  await writeFile(`${path}.new`, name, { flush: true })
  await rename(`${path}.new`, path)
  return name
}

/** As worker names may be written, with room for what comes behind. */
function machine(): string {
  return `worker-${hostname().replace(/[^A-Za-z0-9.-]/g, '-')}`.slice(0, 45)
}
