import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTranscoderConfig, type TranscoderConfig } from '../../workers/transcoder/config.ts'
import type { Run, Toolbox } from '../../workers/transcoder/media/run/run-ffmpeg.ts'
import { emptyWorkFolder } from '../../workers/transcoder/workspace.ts'
import { testToolbox } from './toolbox.ts'

/** For tests: a private folder and this machine's own tools behind all the fences it offers. */
export interface TestBench {
  folder: string
  toolbox: Toolbox
  config: TranscoderConfig
  /** How to run a tool on a file of the folder. */
  run(source?: string, more?: Partial<Run>): Run
  close(): Promise<void>
}

export async function openTestBench(): Promise<TestBench> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-transcoder-'))
  const config = testConfig(folder, 'postgres://unused')
  await emptyWorkFolder(config.workFolder)
  return {
    folder,
    config,
    toolbox: await testToolbox(config),
    run: (source = 'in', more = {}) => ({ folder, source, maxSeconds: 60, ...more }),
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

export function testConfig(folder: string, databaseUrl: string): TranscoderConfig {
  return readTranscoderConfig(testEnvironment(folder, databaseUrl))
}

/** What a worker process of a test is given. */
export function testEnvironment(folder: string, databaseUrl: string): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    STORAGE_URL: `disk://${folder}/storage`,
    WORK_FOLDER: join(folder, 'work'),
    WORKER_NAME: 'worker-of-a-test',
    LOG_LEVEL: 'silent',
    THREADS: '2',
  }
}
