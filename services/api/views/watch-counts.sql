SELECT
  cells.value AS videoId,
  sum(cells.starts) AS starts,
  sum(cells.views) AS views
FROM cells
GROUP BY videoId
