-- How many rows each hour has, or each second of one; a play has few, and most have one.
SELECT
  toUnixTimestamp(/*moment*/) * 1000 AS fromMs,
  fromMs + {lengthMs:UInt32} AS toMs,
  count() AS rows
FROM play
WHERE video_id IN {videoIds:Array(String)}
  AND hour >= toDateTime({fromS:UInt32}, 'UTC')
  AND hour < toDateTime({toS:UInt32}, 'UTC')
GROUP BY fromMs
ORDER BY fromMs
