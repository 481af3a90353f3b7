-- How many starts covered each part, and came back to it; the one definition, as for cells.
-- Most people watch from the beginning, so plays fall into few different covers; each is taken apart only once.
SELECT
  video_id,
  start,
  is_whole,
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
    plays.video_id AS video_id,
    /*start*/ AS start,
    tag.1 AS is_whole,
    tag.2 AS site,
    plays.covered_low AS covered_low,
    plays.covered_high AS covered_high,
    plays.repeated_low AS repeated_low,
    plays.repeated_high AS repeated_high,
    count() AS plays_alike
  FROM
  (
    /*plays*/
  ) AS plays
  ARRAY JOIN /*tags*/ AS tag
  WHERE plays.started = 1
  GROUP BY ALL
)
GROUP BY video_id, start, is_whole, site
