import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StartError } from '../services/program/read-config.ts'
import { lockFolder } from './folder-lock.ts'

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
    await makeFolder(path)
    await writeFile(join(path, '.probe'), 'can be written')
    await rm(join(path, '.probe'))
  } catch (error) {
    throw new StartError(sentence(path, error as NodeJS.ErrnoException), { cause: error })
  }
  const { bavail, bsize } = await statfs(path)
  if (bavail * bsize < leastFreeBytes)
    throw new StartError(`The disk of ${path} is full; free at least 256 MB or set DATA_DIR to another disk.`)
  const release = await lockFolder(path)
  return { path, secrets: await readSecrets(path), release }
}

/** Step by step: `recursive` tries for ever where the parent is there and the folder still can't be made, as below /proc. */
export async function makeFolder(path: string): Promise<void> {
  const make = () => mkdir(path, { mode: 0o700 }).catch(unlessPresent)
  const parent = dirname(path)
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' || parent === path) throw error
    await makeFolder(parent)
    await make()
  })
}

function unlessPresent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

function sentence(path: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOSPC') return `The disk of ${path} is full; free some space or set DATA_DIR to another disk.`
  return `The data folder ${path} can't be written (${error.code ?? error.message}); mend its rights or set DATA_DIR to another folder.`
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
