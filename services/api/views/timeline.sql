SELECT
  intDiv(toUInt32(cells.start), {stepS:UInt32}) * {stepS:UInt32} * 1000 AS atMs,
  sum(cells.loads) AS loads,
  sum(cells.starts) AS starts,
  sum(cells.views) AS views,
  sum(cells.watched_ms) AS watchedMs
FROM cells
GROUP BY atMs
