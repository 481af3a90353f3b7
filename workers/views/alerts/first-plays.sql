-- Of sites that nobody was told of yet, those with a play that counts and is graded, in the order in which they began.
SELECT
  video_id AS videoId,
  site,
  argMin(page, tuple(page = '', opened_at)) AS page,
  max(grade) AS gradeRank,
  min(opened_at) AS firstAt
FROM merged_play
WHERE video_id IN {videoIds:Array(String)}
  AND hour BETWEEN {from:DateTime('UTC')} AND {to:DateTime('UTC')}
  AND site IN {sites:Array(String)}
  AND started = 1
  AND not_counted = 0
  AND grade >= {leastGrade:UInt8}
GROUP BY video_id, site
ORDER BY firstAt
