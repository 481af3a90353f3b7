/** `left` is of who asks; the reading's own signal is aborted once all who wait for it left. Without `left` nobody leaves. */
export type SharedReads<Value> = (
  key: string,
  read: (allLeft: AbortSignal) => Promise<Value>,
  left?: AbortSignal,
) => Promise<Value>

interface Reading<Value> {
  value: Promise<Value>
  readers: number
  allLeft: AbortController
}

/**
 * Lets many listeners of the same thing share one reading of it: a reading is handed to everybody who asks while it is
 * under way and for a while after, so that the cost does not grow with the listeners. What `isKept` refuses is handed to
 * those who wait for it only: whoever asks later may know that it is over.
 */
export function shareReads<Value>(keepMs: number, isKept: (value: Value) => boolean = () => true): SharedReads<Value> {
  const readings = new Map<string, Reading<Value>>()

  return (key, read, left) => {
    const reading = readings.get(key) ?? begin(key, read)
    reading.readers++
    const leave = () => {
      if (--reading.readers > 0) return
      forget(key, reading)
      reading.allLeft.abort()
    }
    left?.addEventListener('abort', leave, { once: true })
    const stay = () => left?.removeEventListener('abort', leave)
    reading.value.then(stay, stay)
    return reading.value
  }

  function begin(key: string, read: (allLeft: AbortSignal) => Promise<Value>): Reading<Value> {
    const allLeft = new AbortController()
    const reading = { value: read(allLeft.signal), readers: 0, allLeft }
    readings.set(key, reading)
    reading.value.then(
      (value) => {
        if (isKept(value)) setTimeout(() => forget(key, reading), keepMs).unref()
        else forget(key, reading)
      },
      () => forget(key, reading),
    )
    return reading
  }

  function forget(key: string, reading: Reading<Value>): void {
    if (readings.get(key) === reading) readings.delete(key)
  }
}
