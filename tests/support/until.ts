import { setTimeout as delay } from 'node:timers/promises'

/** Asks again until the answer is right, and gives it; fails with the last answer when it never becomes so. */
export async function until<Value>(
  ask: () => Promise<Value>,
  isRight: (value: Value) => boolean,
  patienceMs = 60_000,
): Promise<Value> {
  const end = performance.now() + patienceMs
  let last: Value | undefined
  let fault: unknown
  while (performance.now() < end) {
    try {
      last = await ask()
      fault = undefined
      if (isRight(last)) return last
    } catch (error) {
      fault = error
    }
    await delay(100)
  }
  throw new Error(`not in ${patienceMs} ms; last: ${fault ?? JSON.stringify(last)}`)
}
