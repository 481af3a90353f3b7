SELECT
  plays.value AS value,
  plays.value_site AS site,
  intDiv(toUInt32(plays.hour) - {trendFromS:UInt32}, {stepS:UInt32}) AS step,
  sum(plays.started) AS starts
FROM plays
WHERE (value, site) IN {rows:Array(Tuple(String, String))}
GROUP BY value, site, step
