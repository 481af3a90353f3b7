SELECT
  cells.value AS site,
  sum(cells.starts) AS starts,
  sum(cells.loads) AS loads
FROM cells
GROUP BY site
HAVING starts > 0
ORDER BY starts DESC, loads DESC, site
LIMIT {siteCount:UInt32}
