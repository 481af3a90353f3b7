/** An SVG path through counts, from the left to the right edge; the largest touches the top, with a pixel of room for the line. */
export function sparkPath(counts: readonly number[], width: number, height: number): string {
  const most = Math.max(1, ...counts)
  // A single step is a level line.
  const points = counts.length === 1 ? [counts[0]!, counts[0]!] : counts
  if (points.length === 0) return `M0 ${height - 1}H${width}`
  return points
    .map((count, index) => `${index === 0 ? 'M' : 'L'}${round((index / (points.length - 1)) * width)} ${at(count)}`)
    .join('')

  function at(count: number): number {
    return round(height - 1 - (count / most) * (height - 2))
  }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
