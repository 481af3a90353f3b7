SELECT
  plays.page AS page,
  count() AS loads,
  sum(plays.visible) AS visible,
  sum(plays.started) AS starts,
  sum(plays.viewed) AS views,
  sum(plays.engaged) AS engaged,
  sum(plays.finished) AS finishes,
  uniqExactIf((toDate(plays.hour), plays.viewer), plays.started = 1 AND plays.viewer != 0) AS viewers,
  sum(plays.watched_ms) AS watchedMs,
  sumIf(plays.covered_parts, plays.started = 1) AS coveredParts,
  max(plays.grade) AS grade,
  toUnixTimestamp64Milli(min(plays.opened_at)) AS firstSeenMs,
  toUnixTimestamp64Milli(max(plays.last_at)) AS lastSeenMs
FROM plays
WHERE plays.not_counted = 0
GROUP BY page
ORDER BY starts DESC, loads DESC, page
