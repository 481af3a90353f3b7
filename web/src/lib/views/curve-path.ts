/**
 * An SVG path through shares (0 to 1), in a frame of 100 by 100 with the origin at the top left. Each share is drawn in the
 * middle of its part; the ends run out flat to the edges, because a part is a stretch of the video and not a moment.
 */
export function curvePath(shares: readonly number[]): string {
  if (shares.length === 0) return ''
  const step = 100 / shares.length
  const points = shares.map((share, index) => `${round((index + 0.5) * step)} ${height(share)}`)
  return `M0 ${height(shares[0]!)}L${points.join(' ')} 100 ${height(shares.at(-1)!)}`
}

/** The same path closed along the bottom, for the wash beneath a curve. */
export function areaPath(shares: readonly number[]): string {
  return shares.length === 0 ? '' : `${curvePath(shares)}V100H0Z`
}

function height(share: number): number {
  return round(100 - Math.min(1, Math.max(0, share)) * 100)
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
