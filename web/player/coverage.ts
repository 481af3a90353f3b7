/** Which equal parts of a video were played, and how often one was entered again. */
export interface Coverage {
  /** The media moved from one position to another without a jump. */
  play(fromMs: number, toMs: number): void
  /** The position jumps: whatever is played next is entered anew. */
  leave(): void
  /** The length for good, in milliseconds; later calls and zero are ignored. */
  setDuration(durationMs: number): void
  /** One bit for each part as hex digits, the lowest bit being part 0; null while the length is not known. */
  bitmap(): string | null
  /** The parts that were entered again after they were covered, in the same way. */
  repeatedBitmap(): string | null
  /** How often that happened, as far as a beacon can say. */
  repeats(): number
}

/** A part is covered as soon as some of it was played. */
export function createCoverage(partCount: number): Coverage {
  const covered = new Array<boolean>(partCount).fill(false)
  const repeated = new Array<boolean>(partCount).fill(false)
  let partMs = 0
  let current = -1
  let last = { part: -1, endMs: 0 }
  let repeatCount = 0
  // What was played before the length was known; stretches that touch are joined, so this stays short.
  let waiting: [fromMs: number, toMs: number][] = []

  function play(fromMs: number, toMs: number): void {
    if (partMs === 0) {
      remember(fromMs, toMs)
      return
    }
    // Players nudge a stream that hangs by a hair; whoever goes on where it was left comes back to nothing.
    if (current === -1 && last.part === partAt(fromMs) && fromMs > last.endMs - hairMs) current = last.part
    // The end belongs to the next part, of which nothing was played yet.
    const lastPart = partAt(Math.max(fromMs, toMs - 1))
    for (let part = partAt(fromMs); part <= lastPart; part++) enter(part)
    last = { part: current, endMs: toMs }
  }

  function partAt(positionMs: number): number {
    return Math.min(partCount - 1, Math.max(0, Math.floor(positionMs / partMs)))
  }

  function enter(part: number): void {
    if (part === current) return
    if (covered[part]) {
      repeated[part] = true
      repeatCount = Math.min(mostRepeats, repeatCount + 1)
    }
    covered[part] = true
    current = part
  }

  function remember(fromMs: number, toMs: number): void {
    const previous = waiting.at(-1)
    if (previous && Math.abs(previous[1] - fromMs) < 1) previous[1] = toMs
    else if (waiting.length < mostWaiting) waiting.push([fromMs, toMs])
  }

  function setDuration(durationMs: number): void {
    if (partMs > 0 || !(durationMs > 0) || !Number.isFinite(durationMs)) return
    partMs = durationMs / partCount
    for (const [fromMs, toMs] of waiting) play(fromMs, toMs)
    waiting = []
  }

  return {
    play,
    leave: () => {
      current = -1
    },
    setDuration,
    bitmap: () => (partMs === 0 ? null : toHex(covered)),
    repeatedBitmap: () => (partMs === 0 ? null : toHex(repeated)),
    repeats: () => repeatCount,
  }
}

const hairMs = 100

// Somebody who jumps about more often than this in a video without a length is not measuring anything.
const mostWaiting = 1_000

// The most that a beacon may say. A short video in a loop gets there within hours, and more would be refused.
const mostRepeats = 0xffff

function toHex(bits: boolean[]): string {
  const sum = bits.reduceRight((total, bit) => total * 2n + (bit ? 1n : 0n), 0n)
  return sum.toString(16).padStart(bits.length / 4, '0')
}
