SELECT
  count() AS rows,
  toUInt32(min(hour)) AS firstS,
  toUInt32(max(hour)) AS lastS
FROM play
WHERE video_id IN {videoIds:Array(String)}
  AND hour >= toDateTime({fromS:UInt32}, 'UTC')
  AND hour < toDateTime({toS:UInt32}, 'UTC')
