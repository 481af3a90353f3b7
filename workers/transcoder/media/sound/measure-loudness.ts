import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nullIfMissing } from '../../null-if-missing.ts'
import { type Run, runFfmpeg, type Toolbox } from '../run/run-ffmpeg.ts'
import type { Source } from '../source/source.ts'
import { lateS, stereoFilters } from './audio-filters.ts'
import type { Loudness } from './loudness.ts'

/**
 * Listens to the sound of a source once, without keeping any of it: about a second of work for ten minutes of stereo.
 * Null where there is none, or none that can be measured; then the sound is left as loud as it is.
 */
export async function measureLoudness(
  toolbox: Toolbox,
  run: Run,
  source: Source,
  limits: { maxDurationS: number },
): Promise<Loudness | null> {
  const { audio } = source
  if (!audio) return null
  const report = join(run.folder, reportName)
  const filters = [
    ...stereoFilters(source, null),
    'ebur128=metadata=1',
    `ametadata=print:key=${key}:file=${reportName}`,
  ]
  const options = ['-map', `0:${audio.streamIndex}`, '-t', String(limits.maxDurationS), '-af', filters.join(',')]
  const command = { input: ['-max_error_rate', '1'], outputs: [{ target: '-', options: [...options, '-f', 'null'] }] }
  try {
    await runFfmpeg(toolbox, run, command)
    return await readReport(report, lateS(source))
  } finally {
    await rm(report, { force: true })
  }
}

const reportName = 'loudness.txt'
const key = 'lavfi.r128.I'

/** A line for each tenth of a second, of which the last says it of all; a new set-up of the filters begins a new report. */
async function readReport(path: string, expectedStartS: number): Promise<Loudness | null> {
  const { head, tail } = await readEnds(path)
  const start = Number(/pts_time:([\d.]+)/.exec(head)?.[1])
  const integratedLufs = Number(tail.split(`${key}=`).at(-1)?.split('\n')[0])
  if (!Number.isFinite(start) || !Number.isFinite(integratedLufs)) return null
  return { integratedLufs, changesFormat: start > expectedStartS + 1 }
}

const endBytes = 1_024

async function readEnds(path: string): Promise<{ head: string; tail: string }> {
  const file = await open(path).catch(nullIfMissing)
  if (!file) return { head: '', tail: '' }
  try {
    const { size } = await file.stat()
    const read = async (from: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(endBytes), 0, endBytes, from)
      return buffer.toString('latin1', 0, bytesRead)
    }
    return { head: await read(0), tail: await read(Math.max(0, size - endBytes)) }
  } finally {
    await file.close()
  }
}
