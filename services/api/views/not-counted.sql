-- Mark 0 stands for all of them: a play may have several reasons and is still one play.
SELECT
  mark,
  grouping(site) AS isWhole,
  site,
  sum(plays_alike) AS plays
FROM
(
  /*marks*/
)
GROUP BY GROUPING SETS ((mark), (mark, site))
ORDER BY isWhole DESC, plays DESC, site
LIMIT 1 + {siteCount:UInt32} BY mark
