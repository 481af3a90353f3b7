import { hasBytes } from './has-bytes.ts'
import { firstPictureCommand, posterCommand, searchedPictureCommand } from './media/picture/poster.ts'
import { runFfmpeg } from './media/run/run-ffmpeg.ts'
import { patiently } from './patiently.ts'
import { attemptParts } from './prefixes.ts'
import { tolerate } from './tolerate.ts'
import { type ReadWork, runOn } from './work.ts'

/** Resolves with the key of a picture of the video, or null where none can be decoded. */
export async function makePoster(work: ReadWork): Promise<string | null> {
  const { context, source, workspace, attempt } = work
  const target = 'poster/poster.jpg'
  await workspace.makeFolder('poster')
  const { canToneMap } = context.toolbox
  const ways = [posterCommand, searchedPictureCommand, firstPictureCommand]
  const commands = ways.map((way) => way(source, target, canToneMap))
  for (const command of commands) {
    await runFfmpeg(context.toolbox, runOn(work, 0), command).catch((error) => tolerate(work, error))
    if (!(await hasBytes(workspace.path(target)))) continue
    const { posterKey: key } = attemptParts(attempt)
    await patiently(work.signal, () => context.storage.adoptFile(key, workspace.path(target)))
    return key
  }
  return null
}
