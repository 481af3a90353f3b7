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
  const run = runOn(work, 0)
  const ways = [
    { command: posterCommand, maxSeconds: searchSeconds },
    { command: searchedPictureCommand, maxSeconds: searchSeconds },
    { command: firstPictureCommand, maxSeconds: run.maxSeconds },
  ]
  for (const { command, maxSeconds } of ways) {
    const words = command(source, target, canToneMap)
    await runFfmpeg(context.toolbox, { ...run, maxSeconds }, words).catch((error) => tolerate(work, error))
    if (!(await hasBytes(workspace.path(target)))) continue
    const { posterKey: key } = attemptParts(attempt)
    await patiently(work.signal, () => context.storage.adoptFile(key, workspace.path(target)))
    return key
  }
  return null
}

// People wait for the video meanwhile; where a decoder can't skip to keyframes, such as AV1's, a search in the dark takes minutes.
const searchSeconds = 10
