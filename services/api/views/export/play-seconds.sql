-- How many rows each second of some hours has.
SELECT
  toUnixTimestamp(toDateTime(opened_at, 'UTC')) * 1000 AS fromMs,
  fromMs + 1000 AS toMs,
  count() AS rows
FROM play
WHERE video_id IN {videoIds:Array(String)}
  AND hour >= toDateTime({fromS:UInt32}, 'UTC')
  AND hour < toDateTime({toS:UInt32}, 'UTC')
GROUP BY fromMs
ORDER BY fromMs
