-- Mark 0 stands for all of them: a play may have several reasons and is still one play.
SELECT
  marks.mark AS mark,
  grouping(site) AS isWhole,
  marks.site AS site,
  sum(marks.plays) AS plays
FROM marks
GROUP BY GROUPING SETS ((mark), (mark, site))
ORDER BY isWhole DESC, plays DESC, site
LIMIT 1 + {siteCount:UInt32} BY mark
