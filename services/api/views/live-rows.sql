-- How many watch now, by value.
SELECT
  live.value AS value,
  live.value_site AS site,
  count() AS liveNow
FROM live
GROUP BY value, site
