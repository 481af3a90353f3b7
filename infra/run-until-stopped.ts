// The system promises to be gone 10 s after the first signal, also where a step of its start or stop hangs.
const stopWithinMs = 9_500

/** Starts something, prints what `greet` says, and stops it on Ctrl-C, SIGTERM or SIGHUP. */
export async function runUntilStopped<Running extends { stop(): Promise<unknown> }>(
  start: () => Promise<Running>,
  greet: (running: Running) => string | Promise<string>,
): Promise<void> {
  // Other users of the machine have no business in private videos and spools; programs inherit this.
  process.umask(0o077)
  const starting = start()
  let isStopping = false
  async function stop() {
    // A terminal and npm both pass Ctrl-C on: the second is not impatience.
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(1), stopWithinMs).unref()
    console.log('\nStopping…')
    const running = await starting.catch(() => null)
    await running?.stop()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const running = await starting
  try {
    console.log(await greet(running))
  } catch (error) {
    if (isStopping) return
    await running.stop()
    throw error
  }
}
