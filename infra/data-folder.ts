import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../services/program/read-config.ts'

export interface DataFolder {
  path: string
  secrets: Secrets
  /** Lets the next start have the folder. */
  release(): Promise<void>
}

/** Made at random on the first start and kept; whoever reads them can forge plays and sessions. */
export interface Secrets {
  signingKeys: string
  authSecret: string
  postgresPassword: string
  clickhousePassword: string
  setupCode: string
}

// PostgreSQL and ClickHouse stop half-way in unpleasant places when a disk runs full; better not to start.
const leastFreeBytes = 256 * 1024 ** 2

/** Makes sure that the folder can hold a system and that no other system uses it. Throws a StartError with one sentence. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  try {
    await mkdir(path, { recursive: true, mode: 0o755 })
    await writeFile(join(path, '.probe'), 'can be written')
    await rm(join(path, '.probe'))
  } catch (error) {
    throw new StartError(sentence(path, error as NodeJS.ErrnoException), { cause: error })
  }
  const { bavail, bsize } = await statfs(path)
  if (bavail * bsize < leastFreeBytes)
    throw new StartError(`The disk of ${path} is full; free at least 256 MB or set DATA_DIR to another disk.`)
  const release = await lock(path)
  return { path, secrets: await readSecrets(path), release }
}

function sentence(path: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOSPC') return `The disk of ${path} is full; free some space or set DATA_DIR to another disk.`
  return `The data folder ${path} can't be written (${error.code ?? error.message}); mend its rights or set DATA_DIR to another folder.`
}

async function lock(path: string): Promise<() => Promise<void>> {
  const file = join(path, 'system.pid')
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = await open(file, 'wx')
      await handle.writeFile(String(process.pid))
      await handle.close()
      return () => rm(file, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const owner = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
      if (await isSystem(owner))
        throw new StartError(
          `The data folder ${path} is in use by another start (process ${owner}); stop that one first.`,
        )
      await rm(file, { force: true })
    }
  }
  throw new StartError(`The data folder ${path} is being started twice at this moment; try again.`)
}

/** A number in a file proves little: after a crash the same process id may belong to anybody. */
async function isSystem(pid: number): Promise<boolean> {
  if (!(pid > 0) || pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null)
  return commandLine === null || commandLine.includes('up.ts')
}

async function readSecrets(folder: string): Promise<Secrets> {
  const path = join(folder, 'secrets.json')
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text !== null) return JSON.parse(text) as Secrets
  const secrets: Secrets = {
    signingKeys: `k1:${random()}`,
    authSecret: random(),
    postgresPassword: random(),
    clickhousePassword: random(),
    setupCode: random(),
  }
  // Whole or not at all: half a secrets file would lock the data away.
  await writeFile(`${path}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600, flush: true })
  await chmod(`${path}.new`, 0o600)
  await rename(`${path}.new`, path)
  return secrets
}

function random(): string {
  return randomBytes(32).toString('base64url')
}
