/** A number of lines that uploads share: browsers open six to a site, and the page needs some of them for itself. */
export class Lines {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Does the work once a line is free for it, or not at all where it is no longer wanted by then. */
  async use(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    if (this.#free > 0) this.#free--
    else if (!(await this.#turn(signal))) return
    try {
      await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  #turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isMine: boolean) => {
        signal.removeEventListener('abort', leave)
        resolve(isMine)
      }
      const begin = () => settle(true)
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(begin), 1)
        settle(false)
      }
      if (signal.aborted) return resolve(false)
      signal.addEventListener('abort', leave)
      this.#waiting.push(begin)
    })
  }
}

/** Beside the one line that each upload has in any case. */
export const spareLines = new Lines(3)
