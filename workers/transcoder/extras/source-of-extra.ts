import type { Run, Toolbox } from '../media/run/run-ffmpeg.ts'
import { sourceName } from '../media/run/source-name.ts'
import { judgeProbe } from '../media/source/judge-probe.ts'
import { probe } from '../media/source/probe.ts'
import type { Source } from '../media/source/source.ts'
import { patiently } from '../patiently.ts'
import { takeSource } from '../source-shelf.ts'
import type { ExtraWork } from './extra-work.ts'

// A film of many hours is read in minutes; a file that takes longer is not worth its picture.
const maxSeconds = 30 * 60

/** Fetches the video's source and judges it. Throws the AppError that tells why no picture can be made of it. */
export async function sourceOfExtra(work: ExtraWork): Promise<Source> {
  const { context, job, workspace, signal } = work
  await patiently(signal, () => takeSource(context, job.sourceKey, workspace.path(sourceName), signal))
  return judgeProbe(await probe(context.toolbox, runOfExtra(work)))
}

export function runOfExtra({ workspace, signal }: ExtraWork, source = sourceName): Run {
  return { folder: workspace.folder, source, maxSeconds, signal }
}

/** The encoders of videos come first: an extra takes one core. */
export function toolboxOfExtra({ context }: ExtraWork): Toolbox {
  return { ...context.toolbox, threads: 1 }
}
