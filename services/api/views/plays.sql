-- The plays that a question is about; every other query begins `FROM plays`.
SELECT *
FROM merged_play
WHERE video_id = {videoId:String}
  AND hour >= toStartOfHour(fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC'))
  AND opened_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
  AND opened_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND ({site:String} = '' OR site = {site:String})
