-- Of the whole first, then of the sites with most starts.
SELECT
  curves.is_whole AS isWhole,
  curves.site AS site,
  sum(curves.starts) AS starts,
  sumForEach(curves.covered) AS covered,
  sumForEach(curves.repeated) AS repeated
FROM curves
GROUP BY isWhole, site
ORDER BY isWhole DESC, starts DESC, site
