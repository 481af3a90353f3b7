-- How many starts covered each part, and came back to it: of the whole first, then of the sites with most starts.
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
  ) AS covered,
  sumForEach(
    arrayConcat(
      arrayMap(part -> bitTest(repeated_low, part) * plays_alike, range(64)),
      arrayMap(part -> bitTest(repeated_high, part) * plays_alike, range(36))
    )
  ) AS repeated
FROM
(
  SELECT
    plays.value AS site,
    plays.covered_low AS covered_low,
    plays.covered_high AS covered_high,
    plays.repeated_low AS repeated_low,
    plays.repeated_high AS repeated_high,
    count() AS plays_alike
  FROM plays
  WHERE plays.started = 1
  GROUP BY ALL
)
GROUP BY GROUPING SETS ((), (site))
HAVING isWhole OR empty({sites:Array(String)}) OR site IN {sites:Array(String)}
ORDER BY isWhole DESC, starts DESC, site
LIMIT 1 + {siteCount:UInt32}
