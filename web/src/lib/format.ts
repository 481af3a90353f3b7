export type Format = ReturnType<typeof createFormat>

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** Numbers and times as the visitor's language writes them. `tag` is a BCP 47 language tag. */
export function createFormat(tag: string) {
  const whole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 })
  const compact = new Intl.NumberFormat(tag, { notation: 'compact', maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 })
  const signed = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' })
  const signedWhole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0, signDisplay: 'exceptZero' })
  const decimal = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 })
  const precise = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 })
  const day = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })
  const utcDay = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' })
  const minute = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'short' })
  const clock = new Intl.DateTimeFormat(tag, { timeStyle: 'short' })
  const shortDay = new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric' })
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })

  function unit(value: number, name: string, digits = 0): string {
    // Short bytes have no plural: `3 byte`.
    const unitDisplay = name === 'byte' ? 'long' : 'short'
    const options = { style: 'unit', unit: name, unitDisplay, maximumFractionDigits: digits } as const
    return new Intl.NumberFormat(tag, options).format(value)
  }

  return {
    count: (value: number) => whole.format(value),
    /** `12,345` in full, `1.2M` from a million on, for the big numbers. */
    bigCount: (value: number) => (value < 1_000_000 ? whole : compact).format(value),
    share: (value: number) => percent.format(value),
    /** With a decimal where it says something: stalls and errors are few even where they are many. */
    smallShare: (value: number) => (value > 0 && value < 0.1 ? precise : percent).format(value),
    /** A share with its sign, for what grew or shrank. */
    change: (value: number) => signed.format(value),
    /** By how many percentage points a share grew or shrank, with its sign and without its unit. */
    points: (value: number) => signedWhole.format(value * 100),
    /** How many times as much, to one decimal below ten. */
    times: (value: number) => (value < 10 ? decimal : whole).format(value),
    bytes: (value: number) => bytes(value, unit),
    /** How long people watched or how long something will take: the two largest units that matter. */
    span: (ms: number) => span(ms, unit),
    shortSpan: (ms: number) => shortSpan(ms, tag),
    /** The same for a number that stands alone and big: one unit, so that it stays on one line. */
    bigSpan: (ms: number) => bigSpan(ms, unit),
    /** How much time lies between two things, in its largest unit: `3 days`. */
    age: (ms: number) => age(ms, unit),
    day: (at: string | number) => day.format(new Date(at)),
    /** The day that began at midnight UTC, wherever the reader is. */
    utcDay: (at: string | number) => utcDay.format(new Date(at)),
    dayAndTime: (at: string | number) => minute.format(new Date(at)),
    clock: (at: string | number) => clock.format(new Date(at)),
    shortDay: (at: string | number) => shortDay.format(new Date(at)),
    ago: (at: string | number, nowMs = Date.now()) => ago(new Date(at).getTime() - nowMs, relative),
  }
}

/** Short times as engineers write them: `480 ms`, `1.3 s`. */
function shortSpan(ms: number, tag: string): string {
  const isLong = ms >= 1_000
  const options = {
    style: 'unit',
    unit: isLong ? 'second' : 'millisecond',
    maximumFractionDigits: isLong ? 1 : 0,
  } as const
  return new Intl.NumberFormat(tag, options).format(isLong ? ms / 1_000 : ms)
}

/** The length of a video as players write it: `0:07`, `12:34`, `1:02:03`. */
export function timecode(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000)
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor((seconds % 3_600) / 60)
  const tail = String(seconds % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}

type Unit = (value: number, name: string, digits?: number) => string

function span(ms: number, unit: Unit): string {
  if (ms < minuteMs) return unit(Math.round(ms / 1_000), 'second')
  if (ms < hourMs) return unit(Math.round(ms / minuteMs), 'minute')
  // Years of watching are still read best in hours: that is how the field counts watch time.
  if (ms >= 100 * hourMs) return unit(Math.round(ms / hourMs), 'hour')
  const hours = Math.floor(ms / hourMs)
  const minutes = Math.round((ms % hourMs) / minuteMs)
  return minutes === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(minutes, 'minute')}`
}

function bigSpan(ms: number, unit: Unit): string {
  return ms < hourMs ? span(ms, unit) : unit(ms / hourMs, 'hour', ms < 100 * hourMs ? 1 : 0)
}

function age(ms: number, unit: Unit): string {
  if (ms >= 2 * dayMs) return unit(Math.round(ms / dayMs), 'day')
  if (ms >= hourMs) return unit(Math.round(ms / hourMs), 'hour')
  return ms >= minuteMs ? unit(Math.round(ms / minuteMs), 'minute') : unit(Math.round(ms / 1_000), 'second')
}

function bytes(value: number, unit: Unit): string {
  const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
  const power = Math.min(names.length - 1, value < 1 ? 0 : Math.floor(Math.log10(value) / 3))
  return unit(value / 1_000 ** power, names[power]!, power > 1 ? 1 : 0)
}

function ago(deltaMs: number, relative: Intl.RelativeTimeFormat): string {
  const size = Math.abs(deltaMs)
  if (size < minuteMs) return relative.format(0, 'minute')
  if (size < hourMs) return relative.format(Math.round(deltaMs / minuteMs), 'minute')
  if (size < dayMs) return relative.format(Math.round(deltaMs / hourMs), 'hour')
  if (size < 60 * dayMs) return relative.format(Math.round(deltaMs / dayMs), 'day')
  if (size < 730 * dayMs) return relative.format(Math.round(deltaMs / (30 * dayMs)), 'month')
  return relative.format(Math.round(deltaMs / (365 * dayMs)), 'year')
}
