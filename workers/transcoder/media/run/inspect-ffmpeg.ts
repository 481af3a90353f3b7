import type { Toolbox } from './run-guarded.ts'
import { attempt } from './trials.ts'

/** What the ffmpeg of this machine says of itself; null in place of a version where the tool does not run. */
export interface FfmpegReport {
  ffmpegVersion: string | null
  ffprobeVersion: string | null
  encoders: Set<string>
  decoders: Set<string>
  filters: Set<string>
}

export async function inspectFfmpeg(toolbox: Toolbox, folder: string): Promise<FfmpegReport> {
  const say = async (tool: 'ffmpeg' | 'ffprobe', option: string) => {
    const { code, text } = await attempt(toolbox, folder, [tool, '-hide_banner', '-v', 'error', option])
    return code === 0 ? text : null
  }
  const [ffmpeg, ffprobe, ...lists] = await Promise.all([
    say('ffmpeg', '-version'),
    say('ffprobe', '-version'),
    ...['-encoders', '-decoders', '-filters'].map((option) => say('ffmpeg', option)),
  ])
  const [encoders, decoders, filters] = lists.map((text) => new Set((text ?? '').split(/\s+/)))
  const version = (text: string | null) => text && (/version (\S+)/.exec(text)?.[1] ?? 'unknown')
  return {
    ffmpegVersion: version(ffmpeg),
    ffprobeVersion: version(ffprobe),
    encoders: encoders!,
    decoders: decoders!,
    filters: filters!,
  }
}

/** Tone mapping makes HDR videos look right on ordinary screens. */
export function canToneMap({ filters }: FfmpegReport): boolean {
  return filters.has('zscale') && filters.has('tonemap')
}
