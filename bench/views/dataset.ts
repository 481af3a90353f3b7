/** What the generated plays are about; `generate.sql` knows the same rules. */
export interface Dataset {
  /** Plays in hours that are over. */
  plays: number
  nowMs: number
  /** Start of the year of plays, a midnight (UTC). */
  fromMs: number
  /** Hours from here on are open: the one before this one and this one. */
  openMs: number
}

export const hourMs = 60 * 60_000
export const dayMs = 24 * hourMs

export function newDataset(plays: number, nowMs = Date.now()): Dataset {
  const openMs = nowMs - (nowMs % hourMs) - hourMs
  return { plays, nowMs, fromMs: nowMs - (nowMs % dayMs) - 365 * dayMs, openMs }
}

/** Ids of the videos by their rank: 0 has a tenth of all plays, of the others each rank has its share by Zipf's law. */
function videoAt(rank: number): string {
  const digits = String((rank * 48271) % 100_000_000).padStart(8, '0')
  return `bnch${digits.replace(/\d/g, (digit) => '23456789bc'[Number(digit)]!)}`
}

export const viralId = videoAt(0)

/** What is asked about. The videos of a person are neither the first nor the last. */
export const subjects: Record<string, string[]> = {
  viral: [viralId],
  middling: [videoAt(100)],
  cold: [videoAt(15_000)],
  'a person’s 30 videos': Array.from({ length: 30 }, (_, index) => videoAt(200 + index * 37)),
}

/** Stretches of the year that end at a midnight, so that a month of the table (UTC) is written at once. */
export function monthsOf({ fromMs, openMs }: Dataset): { fromMs: number; toMs: number }[] {
  const lastMidnightMs = openMs - (openMs % dayMs)
  const months = []
  for (let startMs = fromMs; startMs < lastMidnightMs; ) {
    const start = new Date(startMs)
    const nextMs = Math.min(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1), lastMidnightMs)
    months.push({ fromMs: startMs, toMs: nextMs })
    startMs = nextMs
  }
  return months
}

/** Hours of the day (UTC), each as often in a hundred as people watch in it: little at night, most in the evening. */
export const hourOfDay = [2, 1, 1, 1, 1, 2, 3, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 7, 8, 8, 7, 5, 2].flatMap(
  (times, hour) => Array<number>(times).fill(hour),
)
