export interface Span {
  fromMs: number
  /** Exclusive. */
  toMs: number
}

const dayMs = 24 * 3_600_000

/** The day as it was written, where it is one (`2026-05-01`); days are UTC, so that a shared address means the same to all. */
export function dayOf(text: string | null): string | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const atMs = Date.parse(`${text}T00:00:00Z`)
  // 31 February is read as a day of March by some engines: only what comes out as it went in is a day.
  return Number.isNaN(atMs) || writeDay(atMs) !== text ? null : text
}

export function writeDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10)
}

/** From the beginning of the first day to the end of the last. */
export function ownSpan(from: string, to: string): Span {
  return { fromMs: Date.parse(`${from}T00:00:00Z`), toMs: Date.parse(`${to}T00:00:00Z`) + dayMs }
}
