SELECT
  count() AS rows,
  toUInt32(min(start)) AS firstS,
  toUInt32(max(start)) AS lastS
FROM stretch
WHERE video_id IN {videoIds:Array(String)}
  AND level = 1
  AND start >= toDateTime({fromS:UInt32}, 'UTC')
  AND start < toDateTime({toS:UInt32}, 'UTC')
