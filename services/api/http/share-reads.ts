/**
 * Lets many listeners of the same thing share one reading of it: a reading is handed to everybody who asks while it is
 * under way and for a while after, so that the cost does not grow with the listeners.
 */
export function shareReads<Value>(keepMs: number): (key: string, read: () => Promise<Value>) => Promise<Value> {
  const readings = new Map<string, Promise<Value>>()
  return (key, read) => {
    const known = readings.get(key)
    if (known) return known
    const reading = read()
    readings.set(key, reading)
    const forget = () => setTimeout(() => readings.delete(key), keepMs).unref()
    reading.then(forget, () => readings.delete(key))
    return reading
  }
}
