import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ffmpeg } from '#support/media.ts'

const execute = promisify(execFile)

/** A moment of which eye and ear both tell: white and a tone for 0.2 s at 1 s and 3.5 s. */
const isOn = 'lt(mod(t+1.5,2.5),0.2)'

export const flashingPicture = (rate = '25', size = '320x240') =>
  `color=black:size=${size}:rate=${rate}:duration=6,drawbox=color=white:thickness=fill:enable='${isOn}'`

export const beepingSound = (rate = 48_000) => `aevalsrc='0.5*sin(2*PI*1000*t)*${isOn}':sample_rate=${rate}:duration=6`

/** Six seconds of it. Further words stand before the output, those that concern encoders among them. */
export async function makeFlashes(
  path: string,
  words: string[],
  picture = flashingPicture(),
  sound = beepingSound(),
): Promise<void> {
  await ffmpeg(['-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, ...words, path])
}

/** When it becomes bright, in seconds of the presentation. */
export async function flashesIn(playlist: string): Promise<number[]> {
  const filters = 'scale=16:16,format=gray,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-'
  const { stdout } = await decode(['-copyts', '-i', playlist, '-an', '-vf', filters, '-f', 'null', '-'])
  const means = [...stdout.toString('latin1').matchAll(/pts_time:([\d.-]+)\s+\S+YAVG=([\d.]+)/g)]
  return beginnings(
    means.map(([, time, mean]) => ({ time: Number(time), isOn: Number(mean) > 110 })),
    0,
  )
}

/** When it becomes loud, in seconds of the presentation; silence that is missing before the sound counts as silence. */
export async function beepsIn(playlist: string): Promise<number[]> {
  const filters = `aresample=${rate}:async=1:first_pts=0,aformat=sample_fmts=s16:channel_layouts=mono`
  const { stdout } = await decode(['-copyts', '-i', playlist, '-vn', '-af', filters, '-f', 's16le', '-'])
  const samples = Array.from({ length: stdout.length / 2 }, (_, index) => ({
    time: index / rate,
    isOn: Math.abs(stdout.readInt16LE(index * 2)) > 1_500,
  }))
  // A tone crosses zero all the time.
  return beginnings(samples, 0.1)
}

const rate = 48_000

function decode(words: string[]) {
  return execute('ffmpeg', ['-nostdin', '-v', 'error', ...words], { encoding: 'buffer', maxBuffer: 64 << 20 })
}

function beginnings(moments: { time: number; isOn: boolean }[], leastPauseS: number): number[] {
  const found: number[] = []
  let lastOn = Number.NEGATIVE_INFINITY
  let wasOn = false
  for (const { time, isOn } of moments) {
    if (isOn && !wasOn && time - lastOn > leastPauseS) found.push(time)
    if (isOn) lastOn = time
    wasOn = isOn
  }
  return found
}
