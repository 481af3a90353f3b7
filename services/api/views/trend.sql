SELECT
  cells.value AS value,
  cells.value_site AS site,
  intDiv(toUInt32(cells.start) - {trendFromS:UInt32}, {stepS:UInt32}) AS step,
  sum(cells.starts) AS starts
FROM cells
GROUP BY value, site, step
