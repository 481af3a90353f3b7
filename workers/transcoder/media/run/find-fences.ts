import { access, constants, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Fences } from './launch-line.ts'
import type { Toolbox } from './run-guarded.ts'
import {
  attempt,
  inTrialFolder,
  reachesNoNetwork,
  seesOnlyItsFolder,
  staysWithinFileSize,
  staysWithinMemory,
  staysWithinProcesses,
} from './trials.ts'

/** Tries each fence by itself and keeps those that hold: a program that starts is no fence yet. */
export async function findFences(bare: Toolbox, workFolder: string): Promise<Fences> {
  const holds = (fence: keyof Fences, test: (toolbox: Toolbox, folder: string) => Promise<boolean>) =>
    inTrialFolder(workFolder, async (folder) => {
      const toolbox = { ...bare, fences: { ...bare.fences, [fence]: true } }
      // What does not start is not tried any further.
      return (await attempt(toolbox, folder, ['true'])).code === 0 && test(toolbox, folder)
    })
  const [canLimit, canUnshare, canDieWithParent, canHideFiles] = await Promise.all([
    holds('canLimit', both(staysWithinMemory, staysWithinFileSize)),
    holds('canUnshare', reachesNoNetwork),
    holds('canDieWithParent', async () => true),
    holds('canHideFiles', both(both(seesOnlyItsFolder, reachesNoNetwork), runsFfmpeg)),
  ])
  const [canForbidNesting, canBoundProcesses] = canHideFiles!
    ? await Promise.all([forbidsNesting(bare, workFolder), boundsProcesses(bare, workFolder)])
    : [false, false]
  return { canLimit, canUnshare, canDieWithParent, canHideFiles, canForbidNesting, canBoundProcesses }
}

function forbidsNesting(bare: Toolbox, workFolder: string): Promise<boolean> {
  const fences = { ...bare.fences, canHideFiles: true, canForbidNesting: true }
  return inTrialFolder(workFolder, async (folder) => {
    const ends = ['true', 'unshare --user true'].map((line) => attempt({ ...bare, fences }, folder, line.split(' ')))
    const [plain, nested] = await Promise.all(ends)
    return plain!.code === 0 && nested!.code !== 0
  })
}

function boundsProcesses(bare: Toolbox, workFolder: string): Promise<boolean> {
  const fences = { ...bare.fences, canHideFiles: true, canBoundProcesses: true }
  return inTrialFolder(workFolder, (folder) => staysWithinProcesses({ ...bare, fences }, folder))
}

type Test = (toolbox: Toolbox, folder: string) => Promise<boolean>

function both(first: Test, second: Test): Test {
  return async (toolbox, folder) => (await first(toolbox, folder)) && second(toolbox, folder)
}

/** An ffmpeg whose libraries lie elsewhere may not start where little is shown. */
export async function runsFfmpeg(toolbox: Toolbox, folder: string): Promise<boolean> {
  const ends = await Promise.all(['ffmpeg', 'ffprobe'].map((tool) => attempt(toolbox, folder, [tool, '-version'])))
  return ends.every(({ code }) => code === 0)
}

/** Where ffmpeg and ffprobe really lie, when that is not where systems keep their programs. */
export async function findToolFolders(searchPath: string): Promise<string[]> {
  const found = await Promise.all(['ffmpeg', 'ffprobe'].map((tool) => foldersOf(tool, searchPath)))
  return [...new Set(found.flat())].filter((folder) => !/^\/(usr\/(local\/)?)?(s?bin|lib)\b/.test(folder))
}

/** The folder that is searched and the one that a link in it leads to. */
async function foldersOf(tool: string, searchPath: string): Promise<string[]> {
  for (const folder of searchPath.split(':').filter((path) => path.startsWith('/'))) {
    const path = join(folder, tool)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return [folder, dirname(await realpath(path))]
  }
  return []
}
