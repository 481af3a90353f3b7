-- The whole first, then a row for each value.
SELECT
  counted.*,
  live.liveNow AS liveNow,
  count() OVER () - 1 AS total
FROM
(
  SELECT
    grouping(value) AS isWhole,
    plays.value AS value,
    plays.value_site AS site,
    count() AS loads,
    sum(plays.visible) AS visible,
    sum(plays.started) AS starts,
    countIf(plays.started = 1 AND plays.autoplay = 1) AS autoplays,
    sum(plays.viewed) AS views,
    sum(plays.engaged) AS engaged,
    sum(plays.finished) AS finishes,
    uniqExactIf(cityHash64(plays.video_id, toDate(plays.hour), plays.viewer), plays.started = 1 AND plays.viewer != 0) AS viewers,
    sum(plays.watched_ms) AS watchedMs,
    sum(plays.hidden_ms) AS hiddenMs,
    sumIf(plays.covered_parts, plays.started = 1) AS coveredParts,
    sumMapIf(map(toUInt8(least(63, greatest(0, floor(4 * log2(plays.startup_ms / 20))))), toUInt64(1)), plays.started = 1 AND plays.startup_ms > 0) AS startups,
    countIf(plays.started = 1 AND plays.stalls > 0) AS stalled,
    sumIf(plays.stall_ms, plays.started = 1) AS stallMs,
    countIf(plays.errors > 0) AS failed,
    sumMap(map(plays.grade, toUInt64(1))) AS gradeCounts,
    max(plays.grade) AS grade,
    toUnixTimestamp64Milli(min(plays.opened_at)) AS firstSeenMs,
    toUnixTimestamp64Milli(max(plays.last_at)) AS lastSeenMs
  FROM plays
  GROUP BY GROUPING SETS ((), (value, site))
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
