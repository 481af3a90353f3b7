-- What the collector does after each batch: says which hours of which videos have changed.
INSERT INTO touched_hour (video_id, hour)
SELECT DISTINCT
  video_id,
  hour
FROM play
WHERE hour >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
  AND hour < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
