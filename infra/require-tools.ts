import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { StartError } from '../services/program/read-config.ts'

export async function requireTools(): Promise<void> {
  for (const tool of ['ffmpeg', 'ffprobe']) {
    await promisify(execFile)(tool, ['-version']).catch(() => {
      throw new StartError(`${tool} is missing; install ffmpeg with your system's package manager.`)
    })
  }
}
