SELECT
  grouping(site) AS isWhole,
  live.value AS site,
  count() AS watching
FROM live
GROUP BY GROUPING SETS ((), (site))
ORDER BY isWhole DESC, watching DESC, site
LIMIT 1 + {siteCount:UInt32}
