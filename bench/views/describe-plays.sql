-- How the plays are spread, once per play whether or not its rows are merged.
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
  uniqExact(grade) AS grades,
  uniq(viewer) AS viewers,
  countIf(started = 1) AS starts,
  countIf(viewed = 1) AS views,
  countIf(finished = 1) AS finishes,
  countIf(not_counted != 0) AS notCounted,
  avgIf(covered_parts, started = 1) AS coveredParts,
  toUnixTimestamp64Milli(min(opened_at)) AS firstMs,
  toUnixTimestamp64Milli(max(opened_at)) AS lastMs
FROM merged_play
WHERE hour >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')
  AND hour < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
