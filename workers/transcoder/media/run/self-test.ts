import type { Logger } from '../../../../services/program/logger.ts'
import { StartError } from '../../../../services/program/read-config.ts'
import type { TranscoderConfig } from '../../config.ts'
import { findFences, findToolFolders } from './find-fences.ts'
import { canToneMap, type FfmpegReport, inspectFfmpeg } from './inspect-ffmpeg.ts'
import { type Fences, noFences } from './launch-line.ts'
import type { Toolbox } from './run-ffmpeg.ts'
import { inTrialFolder, openedPointers, refusesAddresses } from './trials.ts'

type Settings = Pick<TranscoderConfig, 'searchPath' | 'threads' | 'limits' | 'workFolder'>

/**
 * Tries on this machine what every job relies on. Throws a StartError where videos can't be made or hostile files not be
 * refused; warns, loudly, where one fence of several is missing.
 */
export async function findToolbox(config: Settings, logger: Logger): Promise<Toolbox> {
  const bare = await bareToolbox(config)
  const [ffmpeg, fences] = await Promise.all([
    inspectFfmpeg(bare, config.workFolder),
    findFences(bare, config.workFolder),
  ])
  requireTools(ffmpeg)
  for (const gap of gapsOf(fences)) logger.warn(gap)
  const toolbox = { ...bare, fences, canToneMap: canToneMap(ffmpeg) }
  if (!toolbox.canToneMap) logger.warn('this ffmpeg has no zscale: HDR videos will look grey')
  await inTrialFolder(config.workFolder, (folder) => expectRefusals(toolbox, folder))
  return toolbox
}

/** Without any fence, to try them. */
export async function bareToolbox({ searchPath, threads, limits }: Settings): Promise<Toolbox> {
  return {
    searchPath,
    threads,
    maxMemoryMb: limits.maxMemoryMb,
    maxFileMb: limits.maxFileMb,
    maxFolderMb: limits.maxFolderMb,
    maxProcesses,
    leastFreeMb,
    fences: noFences,
    toolFolders: await findToolFolders(searchPath),
    canToneMap: false,
  }
}

// As much as a system asks for before it starts: databases on the same disk stop in unpleasant places when it runs full.
const leastFreeMb = 256
// A ladder on 64 threads has several hundred of them; a program that only starts others has thousands at once.
const maxProcesses = 2_048

function requireTools({ ffmpegVersion, ffprobeVersion, encoders }: FfmpegReport): void {
  if (!ffmpegVersion)
    throw new StartError('ffmpeg was not found or does not run; install it, or set PATH to where it is.')
  if (!ffprobeVersion) throw new StartError('ffprobe was not found; it comes with ffmpeg.')
  for (const encoder of ['libx264', 'aac']) {
    if (!encoders.has(encoder)) throw new StartError(`This ffmpeg has no ${encoder}; install one that has.`)
  }
}

/** What is missing, each in a sentence that says what follows from it. */
export function gapsOf(fences: Fences): string[] {
  const gaps: [boolean, string][] = [
    [fences.canLimit, 'prlimit does not work here: ffmpeg runs WITHOUT limits of memory and file size'],
    [fences.canHideFiles, 'bubblewrap does not work here: ffmpeg runs WITH sight of all files of this user'],
    [
      fences.canHideFiles || fences.canUnshare,
      'user namespaces are not allowed here: ffmpeg runs WITH access to the network',
    ],
    [
      fences.canHideFiles || fences.canDieWithParent,
      'setpriv does not work here: ffmpeg outlives a worker that is killed',
    ],
  ]
  return gaps.flatMap(([holds, sentence]) => (holds ? [] : [`${sentence}; npm run doctor tells how to mend it`]))
}

/** A file that calls itself a video and names other files must not be opened, and no address be asked. */
async function expectRefusals(toolbox: Toolbox, folder: string): Promise<void> {
  const [opened, isQuiet] = await Promise.all([
    openedPointers(toolbox, folder).catch((cause) => {
      throw new StartError('ffprobe does not run behind its fences on this machine.', { cause })
    }),
    refusesAddresses(toolbox, folder),
  ])
  if (opened.length > 0) {
    throw new StartError(
      `This ffmpeg ignores -format_whitelist: ${opened.join(', ')} would read other files; install another version.`,
    )
  }
  if (!isQuiet)
    throw new StartError('This ffmpeg ignores -protocol_whitelist and asks addresses; install another version.')
}
