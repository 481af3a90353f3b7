import { captionLimits } from '../captions.ts'

const clock = String.raw`(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?`
const timing = new RegExp(String.raw`^\s*${clock}\s*-{1,2}>\s*${clock}(?:\s+(.*))?$`)
const alone = new RegExp(`^${clock}$`)

export interface Timing {
  startMs: number
  endMs: number
  /** What stands behind the times: settings in WebVTT, screen coordinates in some SRT files. */
  rest: string
}

/** Reads `00:01.000 --> 00:02,5 line:0`, with or without hours, with point or comma; null for any other line. */
export function readTiming(line: string): Timing | null {
  if (line.length > longestLine || !line.includes('->')) return null
  const match = timing.exec(line)
  if (!match) return null
  const [startMs, endMs] = [toMs(match, 1), toMs(match, 5)]
  return startMs === null || endMs === null ? null : { startMs, endMs, rest: match[9] ?? '' }
}

/** Whether a line is to tell times, however they are written: `00:75:00,000 --> …`, `00:00:06:000 -> 7`, but not `2 -> 4`. */
export function looksLikeTiming(line: string): boolean {
  const match = attempt.exec(line.slice(0, longestLine))
  if (!match) return false
  const [, before, arrow, after] = match as unknown as [string, string, string, string]
  const isClock = /\d[:;.,]\d/.test(before)
  const isUpToNumber = /^-?\d/.test(after)
  return arrow === '--' ? isClock || isUpToNumber : isClock && isUpToNumber
}

const attempt = /^\s*-?(\d[\d:;.,\s]*?)(-{1,3}|[–—])\s?>\s*(.*)$/

// A real one with all settings has about 120.
const longestLine = 300

/** Reads what people type into a field of time: `1:02.5`, `0:01:02,500` or `62.5`; null for anything else. */
export function readClock(text: string): number | null {
  const trimmed = text.trim()
  if (/^\d{1,6}(?:[.,]\d{1,3})?$/.test(trimmed)) {
    const ms = Math.round(Number(trimmed.replace(',', '.')) * 1000)
    return ms <= captionLimits.endMs ? ms : null
  }
  const match = alone.exec(trimmed)
  return match && toMs(match, 1)
}

function toMs(match: RegExpExecArray, from: number): number | null {
  const [hours, minutes, seconds] = [0, 1, 2].map((at) => Number(match[from + at] ?? 0)) as [number, number, number]
  const ms = Number((match[from + 3] ?? '').padEnd(3, '0'))
  const total = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
  return minutes < 60 && seconds < 60 && total <= captionLimits.endMs ? total : null
}

/** 3,723,004 ms as `01:02:03.004`; SRT wants a comma. */
export function writeTime(ms: number, separator: '.' | ',' = '.'): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const seconds = `${two((ms / 1000) % 60)}${separator}${String(ms % 1000).padStart(3, '0')}`
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${seconds}`
}
