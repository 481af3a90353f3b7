/**
 * The time under which a share of the starts stayed, from how many starts are in which bucket: bucket k begins at
 * 20 ms × 2^(k/4), the first at 0. Within a bucket times are taken to be spread evenly. Null where there are none.
 */
export function quantileMs(startups: Record<string, number>, share: number): number | null {
  const buckets = Object.entries(startups).map(([bucket, count]) => ({ bucket: Number(bucket), count: Number(count) }))
  const wanted = share * buckets.reduce((sum, { count }) => sum + count, 0)
  let before = 0
  for (const { bucket, count } of buckets.sort((one, other) => one.bucket - other.bucket)) {
    if (count > 0 && before + count >= wanted) {
      const from = beginMs(bucket)
      return Math.round(from + ((wanted - before) / count) * (beginMs(bucket + 1) - from))
    }
    before += count
  }
  return null
}

function beginMs(bucket: number): number {
  return bucket === 0 ? 0 : 20 * 2 ** (bucket / 4)
}
