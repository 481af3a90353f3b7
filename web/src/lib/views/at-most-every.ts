/** Something that is done when it is asked for, but not more often than every so many milliseconds. */
export interface Paced {
  /** It follows at once, or when the time has passed: the last asking is never lost. */
  ask(): void
  /** Nothing follows any more. */
  stop(): void
}

export function atMostEvery(everyMs: number, act: () => void): Paced {
  let lastMs = performance.now()
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    ask() {
      if (timer !== undefined) return
      timer = setTimeout(
        () => {
          timer = undefined
          lastMs = performance.now()
          act()
        },
        Math.max(0, lastMs + everyMs - performance.now()),
      )
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
