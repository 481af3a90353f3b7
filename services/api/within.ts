/** What it resolves to, or a rejection with what `late` makes once it takes too long; what comes of it then is nobody's. */
export async function within<Value>(asked: Promise<Value>, mostMs: number, late: () => Error): Promise<Value> {
  const { promise: lateness, reject } = Promise.withResolvers<never>()
  const clock = setTimeout(() => reject(late()), mostMs)
  return Promise.race([asked, lateness]).finally(() => clearTimeout(clock))
}
