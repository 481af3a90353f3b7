INSERT INTO touched_hour (video_id, hour, touched_at)
SELECT DISTINCT
  video_id,
  hour,
  greatest(now64(6, 'UTC'), (SELECT max(stamp) FROM latest_stamp) + INTERVAL 1 MICROSECOND)
FROM
(
  SELECT video_id, hour FROM play
  UNION ALL
  SELECT video_id, start AS hour FROM stretch WHERE level = 1
)
