import { commandLine, type FfmpegCommand } from './command-line.ts'
import { damageCounter, damageVerbosity } from './damage-counter.ts'
import { failureOf } from './ffmpeg-failure.ts'
import { type FfmpegProgress, progressReader } from './ffmpeg-progress.ts'
import { type Accepted, guardsFor } from './input-guards.ts'
import { type End, type GuardedRun, runGuarded, type Toolbox } from './run-guarded.ts'

export type { Toolbox } from './run-guarded.ts'

export interface Run extends GuardedRun {
  /** A file in the folder, named by us. */
  source: string
  /** Without it, a video. */
  accepts?: Accepted
}

export interface FfmpegResult {
  /** Pictures written to the first output, and how far it reaches. */
  frames: number
  positionS: number
  /** Pictures that came out broken or not at all, where the command counts them; else 0. */
  damaged: number
  stderr: string
}

/**
 * Runs one ffmpeg behind all the guards. Rejects with an AppError where the file asked for more than we allow
 * (`resource_limit`, `output_limit`, `storage_full`), with the signal's reason when aborted, else with a FfmpegError.
 */
export async function runFfmpeg(
  toolbox: Toolbox,
  run: Run,
  command: FfmpegCommand,
  onProgress?: (progress: FfmpegProgress) => void,
): Promise<FfmpegResult> {
  let last: FfmpegProgress = { frames: 0, positionS: 0, speed: 0 }
  const readProgress = progressReader((progress) => {
    last = progress
    onProgress?.(progress)
  })
  const more = command.moreSources?.map((name) => ({ source: checkName(name), options: guardsFor(run.accepts) }))
  const before = optionsBeforeInput(toolbox, run, command)
  const words = ['ffmpeg', ...commandLine(before, checkName(run.source), command, more)]
  const damage = damageCounter()
  const end = await runGuarded(toolbox, { ...run, onComplaint: damage.add }, words, readProgress)
  expectSuccess(run, 'ffmpeg', end)
  const damaged = command.countsDamage ? damage.count() : 0
  return { frames: last.frames, positionS: last.positionS, damaged, stderr: end.stderr }
}

function optionsBeforeInput({ threads }: Toolbox, { accepts }: Run, command: FfmpegCommand): string[] {
  return [
    ...['-nostdin', '-hide_banner', '-v', command.countsDamage ? damageVerbosity : 'error'],
    ...['-progress', 'pipe:1', '-stats_period', '0.5'],
    // Before the input they bound its decoder; filters have bounds of their own.
    ...['-threads', String(threads), '-filter_threads', String(threads), '-filter_complex_threads', String(threads)],
    ...guardsFor(accepts),
    ...(command.input ?? []),
  ]
}

/**
 * Runs one ffprobe behind the same guards and resolves with what it wrote, the first 16 MB of it. With a reader of one's own
 * all of it goes there, and nothing is kept.
 */
export async function runFfprobe(
  toolbox: Toolbox,
  run: Run,
  options: string[],
  onText?: (text: string) => void,
): Promise<string> {
  const words = ['ffprobe', '-hide_banner', '-v', 'error', ...guardsFor(run.accepts), ...options]
  words.push(`file:${checkName(run.source)}`)
  const pieces: string[] = []
  let length = 0
  const keep = (text: string) => {
    length += text.length
    if (length <= maxAnswerLength) pieces.push(text)
  }
  const end = await runGuarded(toolbox, run, words, onText ?? keep)
  expectSuccess(run, 'ffprobe', end)
  return pieces.join('')
}

const maxAnswerLength = 16 * 1024 * 1024

/** Names are ours, of letters that mean nothing to ffmpeg. */
function checkName(source: string): string {
  if (!/^[a-z0-9][a-z0-9./-]*$/.test(source)) throw new Error(`Not a name of ours: ${source}`)
  return source
}

function expectSuccess(run: Run, tool: string, end: End): void {
  if (end.code === 0) return
  run.signal?.throwIfAborted()
  throw failureOf(tool, end)
}
