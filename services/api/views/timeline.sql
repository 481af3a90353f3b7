SELECT
  intDiv(toUnixTimestamp64Milli(plays.opened_at), {stepMs:Int64}) * {stepMs:Int64} AS atMs,
  count() AS loads,
  sum(plays.started) AS starts,
  sum(plays.viewed) AS views,
  sum(plays.watched_ms) AS watchedMs
FROM plays
WHERE plays.not_counted = 0
GROUP BY atMs
ORDER BY atMs
