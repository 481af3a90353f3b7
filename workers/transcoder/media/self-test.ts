import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../../../services/program/logger.ts'
import { StartError } from '../../../services/program/read-config.ts'
import type { TranscoderConfig } from '../config.ts'
import { FfmpegError } from './ffmpeg-failure.ts'
import type { Fences } from './launch-line.ts'
import { runFfprobe, type Toolbox } from './run-ffmpeg.ts'
import { runGuarded } from './run-guarded.ts'

/**
 * Tries on this machine what every job relies on. Throws a StartError where videos can't be made or hostile files not be
 * refused; warns, loudly, where one fence of several is missing.
 */
export async function findToolbox(config: TranscoderConfig, logger: Logger): Promise<Toolbox> {
  const bare = bareToolbox(config)
  const [encoders, filters, fences] = await Promise.all([
    listOf(bare, config, '-encoders'),
    listOf(bare, config, '-filters'),
    findFences(bare, config),
  ])
  for (const encoder of ['libx264', 'aac']) {
    if (!encoders.includes(encoder)) throw new StartError(`This ffmpeg has no ${encoder}; install one that has.`)
  }
  warnOfGaps(fences, logger)
  const canToneMap = filters.includes('zscale') && filters.includes('tonemap')
  if (!canToneMap) logger.warn('this ffmpeg has no zscale: HDR videos will look grey')
  const toolbox = { ...bare, fences, canToneMap }
  await Promise.all([expectRefusal(toolbox, config), expectNoNetwork(toolbox, config)])
  return toolbox
}

function bareToolbox({ searchPath, threads, limits }: TranscoderConfig): Toolbox {
  return {
    searchPath,
    threads,
    maxMemoryMb: limits.maxMemoryMb,
    maxFileMb: limits.maxFileMb,
    fences: { canLimit: false, canUnshare: false, canDieWithParent: false },
    canToneMap: false,
  }
}

/** The words in a list that ffmpeg prints of itself. */
async function listOf(toolbox: Toolbox, config: TranscoderConfig, option: string): Promise<string[]> {
  const { code, text } = await attempt(toolbox, config, ['ffmpeg', '-hide_banner', '-v', 'error', option])
  if (code !== 0) throw new StartError('ffmpeg was not found or does not run; install it, or set PATH to where it is.')
  const probe = await attempt(toolbox, config, ['ffprobe', '-v', 'error', '-version'])
  if (probe.code !== 0) throw new StartError('ffprobe was not found; it comes with ffmpeg.')
  return text.split(/\s+/)
}

async function findFences(toolbox: Toolbox, config: TranscoderConfig): Promise<Fences> {
  const [canLimit, canUnshare, canDieWithParent] = await Promise.all(
    (['canLimit', 'canUnshare', 'canDieWithParent'] as const).map(async (fence) => {
      const fenced = { ...toolbox, fences: { ...toolbox.fences, [fence]: true } }
      return (await attempt(fenced, config, ['true'])).code === 0
    }),
  )
  return { canLimit: canLimit!, canUnshare: canUnshare!, canDieWithParent: canDieWithParent! }
}

async function attempt(
  toolbox: Toolbox,
  { workFolder }: TranscoderConfig,
  words: string[],
): Promise<{ code: number | null; text: string }> {
  let text = ''
  try {
    const end = await runGuarded(toolbox, { folder: workFolder, maxSeconds: 30 }, words, (piece) => {
      text += piece
    })
    return { code: end.code, text }
  } catch {
    // Not installed.
    return { code: null, text }
  }
}

function warnOfGaps(fences: Fences, logger: Logger): void {
  if (!fences.canLimit) logger.warn('prlimit does not work here: ffmpeg runs WITHOUT limits of memory and file size')
  if (!fences.canUnshare) logger.warn('user namespaces are not allowed here: ffmpeg runs WITH access to the network')
  if (!fences.canDieWithParent) logger.warn('setpriv does not work here: ffmpeg outlives a worker that is killed')
}

/** A playlist that calls itself a video must not be opened: it would name other people's files. */
async function expectRefusal(toolbox: Toolbox, { workFolder }: TranscoderConfig): Promise<void> {
  const source = 'self-test'
  await writeFile(join(workFolder, source), '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nother.ts\n#EXT-X-ENDLIST\n')
  try {
    await runFfprobe(toolbox, { folder: workFolder, source, maxSeconds: 30 }, ['-show_format'])
  } catch (error) {
    if (error instanceof FfmpegError && error.stderr.includes('not on whitelist')) return
    throw new StartError('ffprobe does not run behind its fences on this machine.', { cause: error })
  } finally {
    await rm(join(workFolder, source), { force: true })
  }
  throw new StartError('This ffmpeg ignores -format_whitelist and would read other files; install another version.')
}

async function expectNoNetwork(toolbox: Toolbox, config: TranscoderConfig): Promise<void> {
  if (!toolbox.fences.canUnshare) return
  const { text } = await attempt(toolbox, config, ['cat', '/proc/net/dev'])
  const interfaces = text.match(/^\s*[^\s:|]+(?=:)/gm) ?? []
  if (interfaces.some((name) => name.trim() !== 'lo'))
    throw new StartError('ffmpeg can reach the network inside its fence.')
}
