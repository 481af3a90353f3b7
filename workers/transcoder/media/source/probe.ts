import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, type ErrorCode } from '#contract/errors.ts'
import { FfmpegError } from '../run/ffmpeg-failure.ts'
import { type Run, runFfprobe, type Toolbox } from '../run/run-ffmpeg.ts'
import { isProtected } from './find-protection.ts'
import { lacksIndex } from './lacks-index.ts'
import { unreadableCode } from './unreadable-code.ts'

/** What ffprobe says about a file, as far as we read it. Everything in it is a claim of the file. */
export interface ProbeReport {
  streams: ProbedStream[]
  format: { format_name: string; duration?: string; start_time?: string; bit_rate?: string; size?: string }
}

export interface ProbedStream {
  index: number
  codec_type?: string
  codec_name?: string
  codec_tag_string?: string
  profile?: string
  width?: number
  height?: number
  pix_fmt?: string
  level?: number
  field_order?: string
  is_avc?: string
  sample_aspect_ratio?: string
  r_frame_rate?: string
  avg_frame_rate?: string
  color_space?: string
  color_primaries?: string
  color_transfer?: string
  start_time?: string
  time_base?: string
  duration?: string
  nb_frames?: string
  bit_rate?: string
  sample_rate?: string
  channels?: number
  tags?: { DURATION?: string }
  disposition?: { default?: number; attached_pic?: number }
  side_data_list?: { side_data_type?: string; rotation?: number; dv_bl_signal_compatibility_id?: number }[]
}

/** Throws `encrypted`, `not_a_video`, `truncated` or `too_many_tracks` where the file can't be opened or must not be. */
export async function probe(toolbox: Toolbox, run: Run): Promise<ProbeReport> {
  if (await isProtected(join(run.folder, run.source))) throw new AppError('encrypted')
  try {
    const answer = await runFfprobe(toolbox, run, ['-of', 'json', '-show_streams', '-show_format'])
    return JSON.parse(answer) as ProbeReport
  } catch (error) {
    if (!(error instanceof FfmpegError)) throw error
    const code = await codeOf(join(run.folder, run.source), error.stderr)
    throw new AppError(code, undefined, { cause: error })
  }
}

async function codeOf(path: string, complaint: string): Promise<ErrorCode> {
  return unreadableCode({ head: await readHead(path), lacksIndex: await lacksIndex(path), complaint })
}

const headBytes = 1024

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
