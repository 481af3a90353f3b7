-- Of the closed stretches those that no longer one contains.
SELECT
  video_id,
  level,
  start,
  version
FROM closed
WHERE level = 3
  OR (
    (video_id, 3, toDateTime(toStartOfMonth(start), 'UTC')) NOT IN (SELECT video_id, level, start FROM closed)
    AND (level = 2 OR (video_id, 2, toStartOfDay(start)) NOT IN (SELECT video_id, level, start FROM closed))
  )
