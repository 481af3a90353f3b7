-- The stretches within the period whose sums hold all there is.
SELECT
  toString(video_id) AS videoId,
  level,
  toUInt32(start) AS startS,
  toString(max(rolled_at)) AS version
FROM stretch
WHERE video_id IN {videoIds:Array(String)}
  AND level IN {levels:Array(UInt8)}
  AND start >= toDateTime({fromS:UInt32}, 'UTC')
  AND start < toDateTime({toS:UInt32}, 'UTC')
  AND multiIf(level = 1, addHours(start, 1), level = 2, addDays(start, 1), addMonths(start, 1)) <= toDateTime({toS:UInt32}, 'UTC')
GROUP BY video_id, level, start
HAVING max(rolled_at) > 0 AND max(touched_at) <= max(rolled_at)
ORDER BY level DESC, video_id, start
