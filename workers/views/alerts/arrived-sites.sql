-- Sites on which plays that arrived lately have started, whatever they may be worth. Reads the key and one flag of the
-- hours that were touched, so it may be asked every few seconds however many plays there are; so many sites at
-- a time, in their order, from the last on.
SELECT
  video_id AS videoId,
  site,
  toUnixTimestamp(min(hour)) AS fromSeconds,
  toUnixTimestamp(max(hour)) AS toSeconds
FROM play
WHERE (video_id, hour) IN (
    SELECT video_id, hour
    FROM touched_hour
    WHERE touched_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')
  )
  AND started = 1
  AND NOT startsWith(site, '(')
  AND (toString(video_id), site) > ({afterVideoId:String}, {afterSite:String})
GROUP BY video_id, site
ORDER BY video_id, site
LIMIT {most:UInt32}
