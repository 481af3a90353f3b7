SELECT *
FROM merged_play AS plays
WHERE video_id IN {videoIds:Array(String)}
  AND hour >= toDateTime({fromS:UInt32}, 'UTC')
  AND hour < toDateTime({toS:UInt32}, 'UTC')
