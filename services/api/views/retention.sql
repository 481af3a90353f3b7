-- How many starts covered each part: of the whole first, then of the sites with most starts.
-- Most people watch from the beginning, so plays fall into few different covers; each is taken apart only once.
SELECT
  grouping(site) AS isWhole,
  site,
  sum(plays_alike) AS starts,
  sumForEach(
    arrayConcat(
      arrayMap(part -> bitTest(covered_low, part) * plays_alike, range(64)),
      arrayMap(part -> bitTest(covered_high, part) * plays_alike, range(36))
    )
  ) AS covered
FROM
(
  SELECT
    plays.site AS site,
    plays.covered_low AS covered_low,
    plays.covered_high AS covered_high,
    count() AS plays_alike
  FROM plays
  WHERE plays.not_counted = 0
    AND plays.started = 1
  GROUP BY site, covered_low, covered_high
)
GROUP BY GROUPING SETS ((), (site))
ORDER BY isWhole DESC, starts DESC, site
LIMIT 1 + {siteCount:UInt32}
