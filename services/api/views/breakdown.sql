-- A row for each value, and the whole first where it is among them.
SELECT
  cells.is_whole AS isWhole,
  cells.value AS value,
  cells.value_site AS site,
  sum(cells.loads) AS loads,
  sum(cells.visible) AS visible,
  sum(cells.starts) AS starts,
  sum(cells.autoplays) AS autoplays,
  sum(cells.views) AS views,
  sum(cells.engaged) AS engaged,
  sum(cells.finishes) AS finishes,
  sum(cells.viewers) + uniqExactMerge(cells.viewer_state) AS viewers,
  sum(cells.watched_ms) AS watchedMs,
  sum(cells.hidden_ms) AS hiddenMs,
  sum(cells.covered_parts) AS coveredParts,
  sumMap(cells.startups) AS startups,
  sum(cells.stalled) AS stalled,
  sum(cells.stall_ms) AS stallMs,
  sum(cells.failed) AS failed,
  sumMap(cells.grades) AS gradeCounts,
  arrayMax(mapKeys(gradeCounts)) AS grade,
  toUnixTimestamp64Milli(min(cells.first_seen)) AS firstSeenMs,
  toUnixTimestamp64Milli(max(cells.last_seen)) AS lastSeenMs
  /*more*/
FROM cells
GROUP BY isWhole, value, site
