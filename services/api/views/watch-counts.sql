SELECT
  toString(video_id) AS videoId,
  sum(merged_play.started) AS starts,
  sum(merged_play.viewed) AS views
FROM merged_play
WHERE video_id IN {videoIds:Array(String)}
  AND merged_play.not_counted = 0
GROUP BY videoId
