import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openDataFolder, type Secrets } from '../../infra/data-folder.ts'
import { startPostgresIn, testPassword } from './start-postgres-in.ts'

/** Names a folder with a cluster that nobody has used; where it is not set, each server makes one of its own. */
const variable = 'TEST_POSTGRES_TEMPLATE'

/**
 * Before all tests: makes a cluster once, which the tests' servers begin with instead of making one each. The start of one
 * that finds nothing is a test of its own, of `npm start`.
 */
export default async function makeTemplate(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-template-'))
  await (await startPostgresIn(folder)).stop()
  process.env[variable] = folder
  return () => rm(folder, { recursive: true, force: true })
}

/** Puts the cluster, if there is one, into a folder of which it becomes a part. */
export async function copyTemplate(folder: string): Promise<void> {
  const template = process.env[variable]
  if (template) await promisify(execFile)('cp', ['-a', `${template}/.`, folder])
}

/** Makes a data folder in which the cluster stands already, with secrets of its own but for the cluster's password. */
export async function prepareDataFolder(folder: string): Promise<void> {
  if (!process.env[variable]) return
  await copyTemplate(folder)
  await (await openDataFolder(folder)).release()
  const path = join(folder, 'secrets.json')
  const secrets = JSON.parse(await readFile(path, 'utf8')) as Secrets
  await writeFile(path, JSON.stringify({ ...secrets, postgresPassword: testPassword }), { mode: 0o600 })
}
