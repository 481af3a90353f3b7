/** What an error tells of a neighbour that is, perhaps, away. */
export interface Loss {
  /** As the log calls it: `database`. */
  neighbour: string
  /** False where the reason may as well be another, such as a question that was too slow. */
  isSure: boolean
  /** Asks the neighbour whether it is there; never rejects, and takes a few seconds at most. */
  answers(): Promise<boolean>
}

/** A line of the log, on its way. */
export interface Line {
  error: unknown
  /** Writes it, or other words in its place, at its level. */
  write(...words: [] | [about: object, sentence: string]): void
  /** Writes it for who asks for every detail. */
  lower(): void
}

const askEveryMs = 1_000
// What was asked before a neighbour came back, and got lost, is over by then.
const lateMs = 20_000

/**
 * Tells of an outage when it begins and when it ends, and keeps back what else is told of it: everybody who asks a neighbour
 * that is away would say so, each time. A line is kept back only where the neighbour itself was asked and did not answer.
 */
export class Outage {
  #sinceMs: number | null = null
  #overAtMs = Number.NEGATIVE_INFINITY
  #keptBack = 0
  #isAsking = false
  #held: Line[] = []

  hear(loss: Loss, line: Line): void {
    if (this.#sinceMs !== null) this.#keepBack(line)
    else if (loss.isSure && !this.#isLate()) void this.#last(loss, line)
    else {
      this.#held.push(line)
      void this.#judge(loss)
    }
  }

  /** Of a loss that nobody is sure of the neighbour is asked first. */
  async #judge(loss: Loss): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    const isThere = await loss.answers()
    this.#isAsking = false
    const [first, ...others] = this.#held.splice(0)
    if (!first) return
    if (!isThere) {
      this.#held = others
      await this.#last(loss, first)
    } else
      for (const line of [first, ...others]) {
        if (this.#isLate()) line.lower()
        else line.write()
      }
  }

  /** From the first line to the last one. */
  async #last({ neighbour, answers }: Loss, { error, write }: Line): Promise<void> {
    this.#sinceMs = performance.now()
    this.#keptBack = 0
    for (const line of this.#held.splice(0)) this.#keepBack(line)
    write({ err: error }, `the ${neighbour} is away`)
    while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, askEveryMs).unref())
    this.#overAtMs = performance.now()
    const awaySeconds = Math.round((this.#overAtMs - this.#sinceMs) / 1_000)
    this.#sinceMs = null
    write({ awaySeconds, linesKeptBack: this.#keptBack }, `the ${neighbour} is there again`)
  }

  #keepBack(line: Line): void {
    this.#keptBack++
    line.lower()
  }

  #isLate(): boolean {
    return performance.now() - this.#overAtMs < lateMs
  }
}
