SELECT
  intDiv(toUInt32(plays.hour), {stepS:UInt32}) * {stepS:UInt32} * 1000 AS atMs,
  count() AS loads,
  sum(plays.started) AS starts,
  sum(plays.viewed) AS views,
  sum(plays.watched_ms) AS watchedMs
FROM plays
GROUP BY atMs
ORDER BY atMs
