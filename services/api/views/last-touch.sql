-- When something last happened to these videos; months are the fewest rows that tell.
SELECT toString(max(touched_at)) AS touchedAt
FROM stretch
WHERE video_id IN {videoIds:Array(String)}
  AND level = 3
