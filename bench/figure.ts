/** One line of what `npm run bench` prints; names are stable, so that runs of different days can be laid side by side. */
export interface Figure {
  /** `group.name`, such as `beacon.durable_rps`. */
  name: string
  /** Median of ours. */
  value: number
  unit: string
  /** Median of the baseline that ran in turn with ours, or null where there is none. */
  baseline: number | null
  /** Median of ours / baseline, pair by pair. */
  ratio: number | null
  /** In words, such as `ratio ≥ 0.6`; '' where the figure is only written down. */
  goal: string
  met: boolean | null
  runs: number
  /** Minimum and maximum, and what the machine or the input was. */
  note: string
}

export interface GroupOptions {
  /** Smaller input, a minute or two per group. */
  quick: boolean
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function range(values: readonly number[], unit: string): string {
  return `${round(Math.min(...values))}–${round(Math.max(...values))} ${unit}`
}

export function round(value: number): number {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 1 ? 2 : 4
  return Number(value.toFixed(digits))
}

/** Pairs ours with the baseline run for run, since a machine's noise hits neighbours alike. */
export function pairedRatio(ours: readonly number[], baseline: readonly number[]): number {
  return median(ours.map((value, index) => value / baseline[index]!))
}
