-- How the plays are spread; asked when everything is merged, so that each play is one row.
SELECT
  count() AS plays,
  uniqExact(video_id) AS videos,
  countIf(video_id = {viralId:String}) AS viralPlays,
  uniqExact(site) AS sites,
  uniq(site, page) AS pages,
  uniqExact(country) AS countries,
  uniqExact(device) AS devices,
  uniqExact(embed_key) AS keys,
  uniqExact(language) AS languages,
  uniqExact(judgement_grade) AS grades,
  uniq(viewer) AS viewers,
  countIf(started = 1) AS starts,
  countIf(viewed = 1) AS views,
  countIf(finished = 1) AS finishes,
  countIf(marks != 0 OR (autoplay = 1 AND visible = 0)) AS notCounted,
  avgIf(bitCount(covered_low) + bitCount(covered_high), started = 1) AS coveredParts,
  toUnixTimestamp64Milli(min(opened_at)) AS firstMs,
  toUnixTimestamp64Milli(max(opened_at)) AS lastMs
FROM
(
  SELECT
    *,
    (bitAnd(bitShiftRight(judgement, 32), 7), delivered_low != 0) AS judgement_grade
  FROM play
  WHERE hour >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
    AND hour < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
)
