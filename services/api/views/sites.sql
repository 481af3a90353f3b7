-- One row per site, and before them one of the whole, counted in the same moment.
SELECT
  grouping(site) AS isWhole,
  plays.site AS site,
  count() AS loads,
  sum(plays.visible) AS visible,
  sum(plays.started) AS starts,
  sum(plays.viewed) AS views,
  sum(plays.engaged) AS engaged,
  sum(plays.finished) AS finishes,
  uniqExactIf((toDate(plays.hour), plays.viewer), plays.started = 1 AND plays.viewer != 0) AS viewers,
  sum(plays.watched_ms) AS watchedMs,
  sumIf(plays.covered_parts, plays.started = 1) AS coveredParts,
  sumMap(map(plays.grade, toUInt64(1))) AS gradeCounts,
  toUnixTimestamp64Milli(min(plays.opened_at)) AS firstSeenMs,
  toUnixTimestamp64Milli(max(plays.last_at)) AS lastSeenMs,
  countIf(plays.was_playing = 1 AND plays.last_at >= fromUnixTimestamp64Milli({liveSinceMs:Int64}, 'UTC')) AS liveNow
FROM plays
WHERE plays.not_counted = 0
GROUP BY GROUPING SETS ((), (site))
ORDER BY isWhole DESC, starts DESC, loads DESC, site
