-- The whole first, then a row for each value.
SELECT
  counted.*,
  live.liveNow AS liveNow,
  count() OVER () - 1 AS total
FROM
(
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
  FROM cells
  GROUP BY isWhole, value, site
) AS counted
LEFT JOIN
(
  SELECT
    grouping(value) AS isWhole,
    live.value AS value,
    live.value_site AS site,
    count() AS liveNow
  FROM live
  GROUP BY GROUPING SETS ((), (value, site))
) AS live USING (isWhole, value, site)
WHERE isWhole OR positionCaseInsensitiveUTF8(value, {search:String}) > 0 OR {search:String} = ''
