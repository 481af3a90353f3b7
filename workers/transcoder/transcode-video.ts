import { makeFirst } from './make-first.ts'
import { makeLadder } from './make-ladder.ts'
import { publishOutput } from './publish-output.ts'
import { readSource } from './read-source.ts'
import type { Work } from './work.ts'

/**
 * From a source object to a published ladder. The first version has all processors until people can watch; what is left to
 * be made of it grows beside the ladder, faster than anybody plays it.
 */
export async function transcodeVideo(work: Work): Promise<void> {
  const read = await readSource(work)
  const watchable = Promise.withResolvers<void>()
  const [posterKey, ladder] = await together(work.signal, (signal) => [
    makeFirst({ ...read, signal }, watchable.resolve),
    watchable.promise.then(() => makeLadder({ ...read, signal })),
  ])
  await publishOutput(read, { ...ladder, posterKey, isWhole: true })
  await work.progress.settle()
  work.progress.tell({ stage: 'done', percent: 100, speed: 0, secondsLeft: null })
  await work.progress.settle()
}

/** Waits for all of them even when one fails, and stops the others then, so that nothing is at work any more afterwards. */
async function together<Results extends unknown[]>(
  outer: AbortSignal,
  start: (signal: AbortSignal) => { [Index in keyof Results]: Promise<Results[Index]> },
): Promise<Results> {
  const failed = new AbortController()
  const tasks = start(AbortSignal.any([outer, failed.signal]))
  let first: { error: unknown } | undefined
  const settled = await Promise.all(
    tasks.map((task) =>
      task.catch((error: unknown) => {
        first ??= { error }
        failed.abort(error)
      }),
    ),
  )
  if (first) throw first.error
  return settled as Results
}
