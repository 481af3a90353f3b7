import { canToneMap, inspectFfmpeg } from '../../workers/transcoder/media/run/inspect-ffmpeg.ts'
import type { Toolbox } from '../../workers/transcoder/media/run/run-guarded.ts'
import { type Check, expectThat, type Finding } from './finding.ts'

const install =
  'Install ffmpeg from your system’s packages (apt-get install ffmpeg), or set PATH to where a full one is.'

/** What videos are made of; each named as ffmpeg names it, any one of a line will do. */
const usualDecoders = [
  'h264',
  'hevc',
  'vp8',
  'vp9',
  'libdav1d|libaom-av1|av1',
  'mpeg4',
  'mpeg2video',
  'prores',
  'mjpeg',
]
const usualSounds = ['aac', 'mp3|mp3float', 'opus|libopus', 'vorbis', 'ac3', 'flac']

/** `bare` runs what it is told without fences: no uploaded byte is read here. */
export function checkFfmpeg(bare: Toolbox, folder: string): Check {
  return {
    title: 'Making videos',
    async look(): Promise<Finding[]> {
      const report = await inspectFfmpeg(bare, folder)
      const tools = [tool('version of ffmpeg', report.ffmpegVersion), tool('version of ffprobe', report.ffprobeVersion)]
      if (!report.ffmpegVersion) return tools
      const { encoders, decoders } = report
      const missing = [...usualDecoders, ...usualSounds].filter(
        (names) => !names.split('|').some((n) => decoders.has(n)),
      )
      const yes = (is: boolean) => (is ? 'there' : 'missing')
      return [
        ...tools,
        expectThat(
          encoders.has('libx264'),
          'libx264',
          yes(encoders.has('libx264')),
          'fail',
          `No video can be made. ${install}`,
        ),
        expectThat(encoders.has('aac'), 'aac', yes(encoders.has('aac')), 'fail', `No sound can be made. ${install}`),
        expectThat(
          missing.length === 0,
          'decoders',
          missing.length === 0 ? 'all usual ones' : `without ${missing.map((names) => names.split('|')[0]).join(', ')}`,
          'warn',
          `Files with these will fail as “not supported”. ${install}`,
        ),
        expectThat(
          canToneMap(report),
          'zscale and tonemap',
          yes(canToneMap(report)),
          'warn',
          'HDR videos, as newer phones make them, will look grey. Use an ffmpeg that was built with zimg.',
        ),
        expectThat(
          encoders.has('libsvtav1'),
          'libsvtav1',
          yes(encoders.has('libsvtav1')),
          'warn',
          'AV1 renditions, which are smaller, can’t be made; everything else can.',
        ),
      ]
    },
  }
}

function tool(name: string, version: string | null): Finding {
  return expectThat(version !== null, name, version ?? 'not found', 'fail', `No video can be made. ${install}`)
}
