/** What ffmpeg says about its own progress. */
export interface FfmpegProgress {
  /** Pictures written to the first output. */
  frames: number
  /** How far the output reaches, in seconds. */
  positionS: number
  /** Seconds of video per second of time; 0 until known. */
  speed: number
}

const heeded = new Set(['frame', 'out_time_us', 'speed'])
// Far more than ffmpeg writes in one; a program in its place may never end its line.
const maxLineLength = 1_000

/**
 * Reads the lines of `-progress pipe:1`, in whatever pieces they arrive, and calls back once per block.
 * Every block ends with a `progress=` line.
 */
export function progressReader(onProgress: (progress: FfmpegProgress) => void): (text: string) => void {
  let rest = ''
  let values = new Map<string, string>()
  return (text) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!.slice(0, maxLineLength)
    for (const line of lines) {
      const [key, value] = split(line)
      if (heeded.has(key)) values.set(key, value)
      if (key !== 'progress') continue
      onProgress(toProgress(values))
      values = new Map()
    }
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf('=')
  return [line.slice(0, at).trim(), line.slice(at + 1).trim()]
}

function toProgress(values: Map<string, string>): FfmpegProgress {
  return {
    frames: numberOf(values.get('frame')),
    // Despite its name `out_time_ms` counts microseconds too; `out_time_us` says what it means.
    positionS: Math.max(0, numberOf(values.get('out_time_us')) / 1_000_000),
    speed: numberOf(values.get('speed')?.replace('x', '')),
  }
}

/** ffmpeg writes N/A for what it does not know yet. */
function numberOf(text: string | undefined): number {
  const value = Number(text)
  return Number.isFinite(value) ? value : 0
}
