SELECT
  toString(video_id) AS videoId,
  toUInt32(multiIf({level:UInt8} = 1, hour, {level:UInt8} = 2, toStartOfDay(hour), toDateTime(toStartOfMonth(hour), 'UTC'))) AS startS,
  count() AS rows
FROM play
WHERE video_id IN {videoIds:Array(String)}
  AND hour >= toDateTime({fromS:UInt32}, 'UTC')
  AND hour < toDateTime({toS:UInt32}, 'UTC')
GROUP BY videoId, startS
