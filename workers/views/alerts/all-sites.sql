-- Every site that ever played a video.
SELECT DISTINCT video_id AS videoId, site
FROM play
WHERE started = 1 AND NOT startsWith(site, '(')
