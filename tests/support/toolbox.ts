import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLogger } from '../../services/program/logger.ts'
import { readTranscoderConfig, type TranscoderConfig } from '../../workers/transcoder/config.ts'
import type { Toolbox } from '../../workers/transcoder/media/run/run-ffmpeg.ts'
import { bareToolbox, findToolbox } from '../../workers/transcoder/media/run/self-test.ts'
import { emptyWorkFolder } from '../../workers/transcoder/workspace.ts'

const variable = 'TEST_TOOLBOX'

/** Before all tests: tries once what this machine offers, which costs some thirty starts of programs. */
export default async function tryMachineOnce(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-toolbox-'))
  try {
    const places = { DATABASE_URL: 'postgres://unused', STORAGE_URL: `disk://${folder}`, WORK_FOLDER: folder }
    const config = readTranscoderConfig({ ...places, WORKER_NAME: 'nobody' })
    await emptyWorkFolder(config.workFolder)
    const { fences, canToneMap } = await findToolbox(config, createLogger('test', 'silent'))
    process.env[variable] = JSON.stringify({ fences, canToneMap })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** This machine's own tools behind all the fences it offers, as a worker finds them at its start. */
export async function testToolbox(config: TranscoderConfig): Promise<Toolbox> {
  const known = process.env[variable]
  if (!known) return findToolbox(config, createLogger('test', 'silent'))
  return { ...(await bareToolbox(config)), ...(JSON.parse(known) as Pick<Toolbox, 'fences' | 'canToneMap'>) }
}
