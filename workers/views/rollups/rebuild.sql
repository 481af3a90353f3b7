INSERT INTO touched_hour (video_id, hour)
SELECT DISTINCT video_id, hour
FROM
(
  SELECT video_id, hour FROM play
  UNION ALL
  SELECT video_id, start AS hour FROM stretch WHERE level = 1
)
