-- Of the whole and of each site.
SELECT
  curves.is_whole AS isWhole,
  curves.site AS site,
  sum(curves.starts) AS starts,
  sumForEach(curves.covered) AS covered,
  sumForEach(curves.repeated) AS repeated
FROM curves
GROUP BY isWhole, site
