-- How many rows each hour has; a play has few, and most have one.
SELECT
  toUnixTimestamp(hour) * 1000 AS fromMs,
  fromMs + 3600000 AS toMs,
  count() AS rows
FROM play
WHERE video_id IN {videoIds:Array(String)}
  AND hour >= toDateTime({fromS:UInt32}, 'UTC')
  AND hour < toDateTime({toS:UInt32}, 'UTC')
GROUP BY hour
ORDER BY hour
