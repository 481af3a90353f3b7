/** Waits for all of them even when one fails, and stops the others then, so that nothing is at work any more afterwards. */
export async function together<Results extends unknown[]>(
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
