-- Where the play is, one narrow column tells; only its own rows are put together.
SELECT
  toString(video_id) AS videoId,
  site,
  top_site AS topSite,
  page,
  grade,
  toUnixTimestamp64Milli(opened_at) AS openedAtMs,
  toUnixTimestamp64Milli(last_at) AS lastSeenMs,
  country,
  device,
  not_counted AS notCounted,
  visible,
  started,
  autoplay,
  viewed,
  engaged,
  finished,
  watched_ms AS watchedMs,
  hidden_ms AS hiddenMs,
  covered_parts AS coveredParts,
  duration_ms AS durationMs,
  definition_version AS definitionVersion
FROM merged_play
WHERE (video_id, hour) IN (
    SELECT
      video_id,
      hour
    FROM play
    WHERE video_id IN {videoIds:Array(String)}
      AND play_id = {playId:UInt64}
  )
  AND play_id = {playId:UInt64}
LIMIT 1
