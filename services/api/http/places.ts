export interface Places {
  /** What gives the place back; or what is full, the key's own places or all. Giving back twice is giving back once. */
  take(key: string): (() => void) | 'own' | 'all'
}

/** Counts what is open at once, for each key and in all. */
export function createPlaces({ perKey, inAll }: { perKey: number; inAll: number }): Places {
  const openByKey = new Map<string, number>()
  let open = 0
  return {
    take(key) {
      const own = openByKey.get(key) ?? 0
      if (own >= perKey) return 'own'
      if (open >= inAll) return 'all'
      openByKey.set(key, own + 1)
      open++
      let isTaken = true
      return () => {
        if (!isTaken) return
        isTaken = false
        open--
        const left = openByKey.get(key)! - 1
        if (left > 0) openByKey.set(key, left)
        else openByKey.delete(key)
      }
    },
  }
}
